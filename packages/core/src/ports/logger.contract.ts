import { beforeEach, describe, expect, it } from '@jest/globals';
import { createApi } from '../api/app.ts';
import { fakeEngine, KEY } from '../api/fake-engine.ts';
import { memoryTimerStore } from '../testing/memory-timer-store.ts';
import type { Logger } from './logger.ts';

const FORGED = '{"level":50,"severity":"ERROR","message":"forged"}';
/** Texts that would be a line of their own, a command to a terminal, or other than they look. */
const HOSTILE = [
  `\n${FORGED}\n`,
  `\r\n${FORGED}\r\n`,
  `"}\n${FORGED}`,
  '\u001b[2J\u001b]0;owned\u0007',
  '\u009b2Jgone',
  '\u2028forged\u2029\u0085forged\u000b\u000cforged',
  '\u202egnp.exe\u2066\u200f\u061c',
  '\u0000\u0008\u007f',
  'half \ud800 a character',
];
/** All that is no plain text on one line. */
const RULING = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

/** What every Logger of a server keeps to, whatever it is given. @param open gives a logger, and what it has written so far */
export function loggerContract(
  name: string,
  open: () => Promise<{ logger: Logger; written(): readonly string[] }>,
): void {
  describe(`${name} as a Logger`, () => {
    let harness: Awaited<ReturnType<typeof open>>;
    beforeEach(async () => {
      harness = await open();
    });

    /** What was logged, line by line; none may be anything but an object of JSON on one line. */
    function linesLogged(): object[] {
      const text = harness.written().join('');
      expect(text.endsWith('\n')).toBe(true);
      return text
        .slice(0, -1)
        .split('\n')
        .map((line) => {
          expect(line).not.toMatch(RULING);
          return JSON.parse(line);
        });
    }

    it.each(HOSTILE)('writes one line for what holds %j', (text) => {
      const err = new Error(text, { cause: new Error(text) });
      for (const level of ['info', 'warn', 'error'] as const)
        harness.logger[level]({ err, text, [text]: 1, deep: [{ [text]: [text] }] }, `failed ${text}`);
      const lines = linesLogged();
      expect(lines).toHaveLength(3);
      for (const line of lines) {
        expect(line).toMatchObject({ text: expect.any(String), err: { message: expect.any(String) } });
        expect(JSON.stringify(line)).toMatch(/"(?:msg|message)":"failed /);
      }
    });

    it('writes what turns itself into JSON as that, and nothing in it that rules', () => {
      const at = new Date(Date.UTC(2030, 0, 1));
      const hostile = { toJSON: () => ({ text: `\n${FORGED}` }) };
      const broken = {
        toJSON() {
          throw new Error('broken');
        },
      };
      const fields = {
        at,
        none: new Date(Number.NaN),
        url: new URL('https://example.com/a?b'),
        hostile,
        broken,
      };
      harness.logger.warn({ ...fields, deep: [{ at }] }, 'told');
      const [line, ...others] = linesLogged();
      expect(others).toEqual([]);
      const text = { at: '2030-01-01T00:00:00.000Z' };
      expect(line).toMatchObject({ ...text, none: null, url: 'https://example.com/a?b', deep: [text] });
      expect(line).toMatchObject({ hostile: { text: expect.stringContaining('forged') } });
    });

    it.each(HOSTILE)('writes one line for a request with %j in all that it holds', async (text) => {
      const insert = async () => {
        throw new Error(`cannot store ${text}`, { cause: new Error(text) });
      };
      const api = createApi(
        fakeEngine({ logger: harness.logger, timers: { ...memoryTimerStore(), insert } }),
      );
      // What a header can hold of it at all: no line break gets as far as this.
      const harmless = text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '');
      const path = `/v1/timers?${encodeURIComponent(text.toWellFormed())}`;
      const headers = { authorization: `Bearer ${KEY}`, 'user-agent': harmless, 'x-request-id': harmless };
      const body = JSON.stringify({ name: 'a', duration: '1h', metadata: { text: text.toWellFormed() } });
      const response = await api.request('/v1/timers', { method: 'POST', headers, body });
      expect(response.status).toBe(500);
      expect(await response.text()).not.toContain('forged');
      await api.request(path, { headers });
      await api.request(`/${encodeURIComponent(text.toWellFormed())}`, { headers });
      expect(linesLogged()).toMatchObject([{ requestId: response.headers.get('x-request-id') }]);
    });
  });
}
