import { describe, expect, it } from '@jest/globals';
import { findSecrets, findUnknownPlaceholder, render, type TemplateScope } from './template.ts';

const scope: TemplateScope = {
  timestamp: '2030-01-31T09:00:00.000Z',
  timer: {
    id: 'tmr_1',
    name: 'say "$&" ${timestamp}',
    agent_id: null,
    generation: 3,
    metadata: { version: '1.2.3', ok: true, none: null, list: [1, 2], deep: { er: 'x' }, 'a.b': 'dotted' },
    labels: { 'app.kubernetes.io/name': 'api' },
  },
};

describe('findUnknownPlaceholder', () => {
  it.each([
    'no placeholder',
    '$notone {timer} $ {timer.id} $$',
    '${timestamp}',
    '${$}{HOME}',
    '${ timer.id }',
    '${timer.name}${timer.agent_id}${timer.team_id}${timer.status}${timer.generation}',
    '${timer.fire_at}${timer.fired_at}${timer.created_at}',
    '${timer.metadata.anything.at.all}',
    '${timer.labels.app.kubernetes.io/name}',
    '${delivery.id}${delivery.attempt}${delivery.scheduled_at}${delivery.drift_ms}',
    { nested: ['${timestamp}', 1, null, { deeper: '${timer.id}' }] },
  ])('knows all of %j', (value) => {
    expect(findUnknownPlaceholder(value)).toBeNull();
  });

  it.each([
    ['${}', '${}'],
    ['${$$}', '${$$}'],
    ['${$}${HOME}', '${HOME}'],
    ['${timer}', '${timer}'],
    ['${timer.}', '${timer.}'],
    ['${timer.secret}', '${timer.secret}'],
    ['${timer.id.x}', '${timer.id.x}'],
    ['${timer.metadata}', '${timer.metadata}'],
    ['${timer.metadata.}', '${timer.metadata.}'],
    ['${timer.metadata..x}', '${timer.metadata..x}'],
    ['${timestamp.x}', '${timestamp.x}'],
    ['${delivery}', '${delivery}'],
    ['${delivery.body}', '${delivery.body}'],
    ['${TIMER.id}', '${TIMER.id}'],
    ['${timer.constructor}', '${timer.constructor}'],
    ['${1 + 1}', '${1 + 1}'],
    ['ok ${timestamp}, not ${secret.KEY}', '${secret.KEY}'],
  ])('finds in %j what is unknown', (text, found) => {
    expect(findUnknownPlaceholder(text)).toBe(found);
    expect(findUnknownPlaceholder({ list: ['fine', { text }] })).toBe(found);
  });
});

describe('secrets in templates', () => {
  it('are known only where they may stand', () => {
    expect(findUnknownPlaceholder('Bearer ${secret.API_KEY}')).toBe('${secret.API_KEY}');
    expect(findUnknownPlaceholder('Bearer ${ secret.API_KEY }', { secrets: true })).toBeNull();
  });

  it.each(['${secret}', '${secret.}', '${secret.A-B}', '${secret.9}', '${secret.A.B}', '${Secret.A}'])(
    'are not meant by %s',
    (text) => {
      expect(findUnknownPlaceholder(text, { secrets: true })).toBe(text);
      expect(findSecrets(text)).toEqual([]);
    },
  );

  it('are found by name', () => {
    expect(findSecrets('${secret.A} ${timer.id} ${ secret.B_2 }')).toEqual(['A', 'B_2']);
  });
});

describe('render', () => {
  it.each([
    ['v${timer.metadata.version}', 'v1.2.3'],
    ['${ timer.id }', 'tmr_1'],
    ['${timer.generation}', '3'],
    ['${timer.metadata.ok}', 'true'],
    ['${timer.metadata.list}', '[1,2]'],
    ['${timer.metadata.deep}', '{"er":"x"}'],
    ['${timer.metadata.deep.er}', 'x'],
    ['${timer.metadata.a.b}', 'dotted'],
    ['${timer.labels.app.kubernetes.io/name}', 'api'],
    ['<${timer.agent_id}${timer.metadata.none}${timer.metadata.missing}${timer.metadata.version.x}>', '<>'],
    ['<${timer.metadata.__proto__}${timer.metadata.toString}>', '<>'],
    ['${unclosed ${timer.id}', '${unclosed tmr_1'],
    ['${$}{timer.id} is ${timer.id}, $${timer.id}', '${timer.id} is tmr_1, $tmr_1'],
    ['${$}{$}', '${$}'],
  ])('fills %j to %j', (template, text) => {
    expect(render(template, scope)).toBe(text);
  });

  it('takes what it fills in literally', () => {
    expect(render('${timer.name}', scope)).toBe('say "$&" ${timestamp}');
  });

  it('fills every string of a JSON value and leaves keys and the rest alone', () => {
    const value = { '${timer.id}': ['${timer.id}', 1, null, true, { a: '${timer.id}' }], __proto__x: '' };
    expect(render(value, scope)).toEqual({
      '${timer.id}': ['tmr_1', 1, null, true, { a: 'tmr_1' }],
      __proto__x: '',
    });
  });

  it('keeps a key named __proto__ as a key', () => {
    const rendered = render(JSON.parse('{"__proto__":{"polluted":"${timer.id}"}}'), scope);
    expect(JSON.stringify(rendered)).toBe('{"__proto__":{"polluted":"tmr_1"}}');
  });

  it('encodes only what it fills in', () => {
    expect(render('a b/${timer.name}', scope, encodeURIComponent)).toBe(
      'a b/say%20%22%24%26%22%20%24%7Btimestamp%7D',
    );
  });
});
