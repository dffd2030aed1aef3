import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHider } from './redaction.ts';

const SECRET = 'p@ss "word" <1> & ☕/é';
const HOOK = 'https://hooks.slack.com/services/T0000/B0000/XXXXXXXXXXXX?team=secret42';

describe('createHider', () => {
  it.each([
    ['as it is', SECRET],
    ['in a URL', encodeURIComponent(SECRET)],
    ['in a URL, in lower case', encodeURIComponent(SECRET).toLowerCase()],
    ['in a form', encodeURIComponent(SECRET).replaceAll('%20', '+')],
    ['in JSON', JSON.stringify(SECRET).slice(1, -1)],
    [
      'in HTML',
      SECRET.replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;'),
    ],
    ['as the bytes of a header', Buffer.from(SECRET).toString('latin1')],
    ['in base64', Buffer.from(SECRET).toString('base64').replace(/=+$/, '')],
  ])('hides a value %s', (_, form) => {
    expect(createHider([SECRET])(`got ${form}, twice ${form}`)).toBe('got [secret], twice [secret]');
  });

  it.each([
    ['the whole URL', `Cannot POST ${HOOK}`],
    ['its path and query', 'Cannot POST /services/T0000/B0000/XXXXXXXXXXXX?team=secret42'],
    ['its path', 'Cannot POST /services/T0000/B0000/XXXXXXXXXXXX'],
    ['its last part', 'no hook XXXXXXXXXXXX'],
    ['its query', 'bad query team=secret42'],
  ])('hides of a URL %s', (_, text) => {
    expect(createHider([HOOK])(text)).not.toMatch(/XXXX|secret42/);
  });

  it('hides a token without the scheme before it', () => {
    expect(createHider(['Bearer abcdefgh1234'])('bad token abcdefgh1234')).toBe('bad token [secret]');
  });

  it('hides the start of a value that the end of a kept text cuts through', () => {
    const kept = `${'x'.repeat(1_010)}${'correct horse battery'.slice(0, 14)}`;
    expect(createHider(['correct horse battery'])(kept)).toBe(`${'x'.repeat(1_010)}[secret]`);
  });

  it('leaves other texts as they are', () => {
    expect(createHider([SECRET, HOOK])('no disk')).toBe('no disk');
    expect(createHider([])('no disk')).toBe('no disk');
    expect(createHider([SECRET])(null)).toBeNull();
  });

  it.each([
    ['a short value between spaces', ' Prot   ', ' Prot   Prot', '[secret]Prot'],
    ['the start of a value', 'Protocol', 'Protocol Prot', '[secret] …'],
  ])('does not lengthen a text that ends with %s', (_, secret, text, hidden) => {
    expect(createHider([secret])(text)).toBe(hidden);
  });

  it('hides any value anywhere, and never makes a text longer', () => {
    const value = fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme' });
    fc.assert(
      fc.property(value, fc.string(), fc.string(), (secret, before, after) => {
        const text = before + secret + after;
        const hidden = createHider([secret])(text);
        expect(hidden.replaceAll('[secret]', '')).not.toContain(secret);
        expect(hidden.length).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
