import { describe, expect, it } from '@jest/globals';
import { ActionSet } from '@minoots/contract';
import { ACTION_KINDS } from '../actions/registry.ts';
import { isReservedHeader } from './action-checks.ts';
import { parseActions } from './action-parse.ts';

const AT = '/events/on_expire';
const URL_TEXT = 'https://api.example.com/backup-complete';

/** Parses as the API does: first by the contract, then into actions. */
function parse(set: unknown) {
  return parseActions(ACTION_KINDS, ActionSet.parse(set), AT);
}

describe('parseActions', () => {
  it('reads the short forms, webhook first', () => {
    expect(parse({ message: 'Database backup completed', webhook: URL_TEXT })).toEqual({
      ok: true,
      value: [
        { type: 'webhook', url: URL_TEXT, method: 'POST', headers: {}, body: null, timeoutMs: 15_000 },
        { type: 'message', text: 'Database backup completed', toAgent: null },
      ],
    });
  });

  it('reads the long forms and the list, in order', () => {
    const parsed = parse({
      webhook: { url: URL_TEXT, method: 'PUT', headers: { 'X-A': '1' }, body: null, timeout: '2s' },
      message: { text: 'first', to_agent: 'agent-1' },
      actions: [
        { type: 'message', text: 'second' },
        { type: 'webhook', url: URL_TEXT, timeout: 100 },
      ],
    });
    expect(parsed).toEqual({
      ok: true,
      value: [
        {
          type: 'webhook',
          url: URL_TEXT,
          method: 'PUT',
          headers: { 'X-A': '1' },
          body: { value: null },
          timeoutMs: 2_000,
        },
        { type: 'message', text: 'first', toAgent: 'agent-1' },
        { type: 'message', text: 'second', toAgent: null },
        { type: 'webhook', url: URL_TEXT, method: 'POST', headers: {}, body: null, timeoutMs: 100 },
      ],
    });
  });

  it.each([[undefined], [{}], [{ actions: [] }]])('reads no actions from %j', (set) => {
    expect(parseActions(ACTION_KINDS, set, AT)).toEqual({ ok: true, value: [] });
  });

  it('takes 10 actions in all and not one more', () => {
    const actions = Array.from({ length: 9 }, () => ({ type: 'message', text: 'x' }));
    expect(parse({ message: 'x', actions })).toMatchObject({ ok: true });
    expect(parse({ message: 'x', webhook: URL_TEXT, actions })).toMatchObject({
      ok: false,
      code: 'invalid_request',
      pointer: `${AT}/actions`,
    });
  });

  it.each([
    [{ webhook: `${URL_TEXT}/\${nope}` }, '${nope}', '/webhook'],
    [{ webhook: { url: `${URL_TEXT}?v=\${timer.secret}` } }, '${timer.secret}', '/webhook/url'],
    [
      { webhook: { url: URL_TEXT, headers: { 'X~A': '${process.env}' } } },
      '${process.env}',
      '/webhook/headers/X~0A',
    ],
    [{ webhook: { url: URL_TEXT, body: { a: ['${}'] } } }, '${}', '/webhook/body'],
    [{ message: 'at ${Timestamp}' }, '${Timestamp}', '/message'],
    [{ message: { text: '${timer.metadata}' } }, '${timer.metadata}', '/message/text'],
    [{ message: { text: 'x', to_agent: '${agent}' } }, '${agent}', '/message/to_agent'],
    [
      {
        actions: [
          { type: 'message', text: 'x' },
          { type: 'webhook', url: `${URL_TEXT}/\${x}` },
        ],
      },
      '${x}',
      '/actions/1/url',
    ],
  ])('refuses the unknown placeholder in %j', (set, placeholder, field) => {
    expect(parse(set)).toEqual({
      ok: false,
      code: 'unknown_placeholder',
      detail: expect.stringContaining(`holds the unknown placeholder ${placeholder}`),
      pointer: AT + field,
    });
  });

  it('says how a placeholder is written that somebody else is to fill, and not where it looks like a slip', () => {
    const detailOf = (message: string) => parse({ message });
    expect(detailOf('${HOME}')).toMatchObject({
      detail: 'holds the unknown placeholder ${HOME}; write ${$}{HOME} for that very text',
    });
    expect(detailOf('${timer.nome}')).toMatchObject({
      detail: 'holds the unknown placeholder ${timer.nome}',
    });
    expect(detailOf('${$}{HOME}')).toMatchObject({ ok: true });
  });

  it.each([
    'https://${timer.id}/',
    'https://${timer.id}.example.com/',
    'https://api.example.com${timer.name}/',
    'https://api.example.com:${timer.metadata.port}/',
    'https://api.example.com:80${timer.generation}/',
    'https:${timer.name}/path',
    'http://[::${timer.metadata.ip}]/',
    'http://127.0.0.${timer.metadata.ip}/',
  ])('refuses a placeholder where it would move the address: %s', (webhook) => {
    // Some of these the contract refuses itself; the domain does not rely on that.
    expect(parseActions(ACTION_KINDS, { webhook }, AT)).toMatchObject({
      ok: false,
      code: 'invalid_request',
      detail: 'placeholders may stand in the path, query and fragment only',
    });
  });

  it.each([
    'https://user:hunter2@example.com/',
    'https://user@example.com/',
    'https://${timer.name}@example.com/',
    'https://:pw@example.com/',
  ])('refuses credentials in the URL and does not repeat them: %s', (webhook) => {
    const parsed = parse({ webhook });
    expect(parsed).toMatchObject({ ok: false, code: 'invalid_request', pointer: `${AT}/webhook` });
    expect(JSON.stringify(parsed)).not.toMatch(/hunter2|:pw/);
  });

  it('accepts placeholders in path, query and fragment', () => {
    const webhook =
      'https://example.com/${timer.id}/x?at=${ timestamp }&v=${timer.metadata.v}#${delivery.id}';
    expect(parse({ webhook })).toMatchObject({ ok: true, value: [{ url: webhook }] });
  });

  it.each([99, '99ms', 60_001, '2m', 'soon', -1])('refuses the timeout %j', (timeout) => {
    expect(parse({ webhook: { url: URL_TEXT, timeout } })).toMatchObject({
      ok: false,
      code: 'invalid_request',
      pointer: `${AT}/webhook/timeout`,
    });
  });

  it('refuses headers that the service sets itself', () => {
    expect(parse({ webhook: { url: URL_TEXT, headers: { 'Webhook-Signature': 'v1,forged' } } })).toEqual({
      ok: false,
      code: 'invalid_request',
      detail: 'the service sets the header Webhook-Signature itself',
      pointer: `${AT}/webhook/headers/Webhook-Signature`,
    });
  });
});

describe('isReservedHeader', () => {
  it.each([
    'Host',
    'content-length',
    'Connection',
    'webhook-id',
    'WEBHOOK-TIMESTAMP',
    'webhook-anything',
    'Transfer-Encoding',
  ])('keeps %s for the service', (name) => {
    expect(isReservedHeader(name)).toBe(true);
  });

  it.each(['Authorization', 'content-type', 'user-agent', 'x-webhook-id'])(
    'leaves %s to the action',
    (name) => {
      expect(isReservedHeader(name)).toBe(false);
    },
  );
});
