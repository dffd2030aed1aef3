import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { judge, parseRetryAfter, readStart } from './webhook-answer.ts';

const NOW = Date.UTC(2030, 0, 31, 9, 0, 0);

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['Thu, 31 Jan 2030 09:01:30 GMT', 90_000],
    ['Thursday, 31-Jan-30 09:01:30 GMT', 90_000],
    ['Thu Jan 31 09:01:30 2030', 90_000],
    ['Thu, 31 Jan 2030 08:00:00 GMT', 0],
  ])('reads %j as %d ms', (header, waitMs) => {
    expect(parseRetryAfter(header, NOW)).toBe(waitMs);
  });

  it.each(['', 'soon', '-5', '1.5', '12 apples', '9'.repeat(400), 'Thu, 99 Foo 2030', undefined, ['1', '2']])(
    'reads nothing from %j',
    (header) => {
      expect(parseRetryAfter(header, NOW)).toBeNull();
    },
  );
});

describe('judge', () => {
  it.each([200, 201, 204, 299])('takes %d for success', (status) => {
    expect(judge(status, undefined, NOW)).toEqual({ outcome: 'succeeded', error: null, retryAfterMs: null });
  });

  it.each([301, 302, 307, 308])('fails at the redirect %d and says why', (status) => {
    expect(judge(status, undefined, NOW)).toMatchObject({
      outcome: 'failed',
      error: `answered ${status}: redirects are not followed`,
    });
  });

  it('takes 410 as the wish for no more', () => {
    expect(judge(410, '10', NOW)).toMatchObject({ outcome: 'gone', retryAfterMs: null });
  });

  it.each([
    [429, 10_000],
    [503, 10_000],
    [500, null],
    [404, null],
  ])('waits after a %d for %p', (status, retryAfterMs) => {
    expect(judge(status, '10', NOW)).toEqual({
      outcome: 'failed',
      error: `answered ${status}`,
      retryAfterMs,
    });
  });
});

describe('readStart', () => {
  it('keeps the first KiB of a long body', async () => {
    expect(await readStart(Readable.from([Buffer.alloc(700, 'a'), Buffer.alloc(700, 'b')]))).toBe(
      'a'.repeat(700) + 'b'.repeat(324),
    );
  });

  it('leaves out the character that the cut goes through', async () => {
    expect(await readStart(Readable.from([Buffer.from(`${'x'.repeat(1022)}☕`)]))).toBe('x'.repeat(1022));
  });

  it('makes valid text of bytes that are none', async () => {
    const text = await readStart(Readable.from([Buffer.from([0x61, 0xff, 0x62])]));
    expect(text).toBe('a\uFFFDb');
  });
});
