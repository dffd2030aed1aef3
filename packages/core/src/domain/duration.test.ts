import { describe, expect, it } from '@jest/globals';
import { MAX_SPAN_MS, parseDuration, toSpanText } from './duration.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('parseDuration', () => {
  it.each([
    [1, 1],
    [3_600_000, HOUR],
    [1.6, 2],
    ['1ms', 1],
    ['250 ms', 250],
    ['30s', 30 * SECOND],
    ['5m', 5 * MINUTE],
    ['2h', 2 * HOUR],
    ['1d', DAY],
    ['1w', 7 * DAY],
    ['1.5h', 90 * MINUTE],
    ['1h30m', 90 * MINUTE],
    ['1d2h3m4s5ms', DAY + 2 * HOUR + 3 * MINUTE + 4 * SECOND + 5],
    ['1 hour', HOUR],
    ['2 hours', 2 * HOUR],
    ['10 Minutes', 10 * MINUTE],
    ['1hr15mins', 75 * MINUTE],
    ['90sec', 90 * SECOND],
    [' 5m ', 5 * MINUTE],
    ['PT90M', 90 * MINUTE],
    ['pt0.5s', 500],
    ['P1DT12H', 36 * HOUR],
    ['P2W', 14 * DAY],
    ['P1W1DT1S', 8 * DAY + SECOND],
    ['3650d', MAX_SPAN_MS],
  ])('reads %j as %d ms', (input, spanMs) => {
    expect(parseDuration(input, '/duration')).toEqual({ ok: true, value: spanMs });
  });

  it.each([
    '',
    ' ',
    'soon',
    '5',
    '5 m 3',
    'm5',
    '5x',
    '-5m',
    '5m-3s',
    '1e3s',
    '0x10s',
    '1..5s',
    'P',
    'PT',
    'P1Y',
    'P1M',
    '-PT5M',
    'PT5M-',
    'Infinitys',
    'NaN',
    '5m; drop table',
  ])('does not take %j for a duration', (input) => {
    expect(parseDuration(input, '/duration')).toMatchObject({
      ok: false,
      code: 'invalid_request',
      detail: expect.stringContaining(`${JSON.stringify(input)} is not a duration`),
      pointer: '/duration',
    });
  });

  it.each([0, -1, 0.4, Number.MIN_SAFE_INTEGER, '0s', '0ms', 'PT0S'])('refuses %j as too short', (input) => {
    expect(parseDuration(input, '/by')).toMatchObject({
      ok: false,
      detail: 'must be at least 1 ms',
      pointer: '/by',
    });
  });

  it.each([MAX_SPAN_MS + 1, Number.MAX_VALUE, '3651d', '11y', `${'9'.repeat(60)}d`, 'P99999999W'])(
    'refuses %j as too long or unknown',
    (input) => {
      expect(parseDuration(input, '/duration')).toMatchObject({ ok: false, code: 'invalid_request' });
    },
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (input) => {
    expect(parseDuration(input, '/duration')).toMatchObject({ ok: false, code: 'invalid_request' });
  });

  it('keeps to the bounds it is given and names them', () => {
    const bounds = { minMs: 100, maxMs: MINUTE };
    expect(parseDuration('1m', '/timeout', bounds)).toEqual({ ok: true, value: MINUTE });
    expect(parseDuration(99, '/timeout', bounds)).toMatchObject({ detail: 'must be at least 100 ms' });
    expect(parseDuration('61s', '/timeout', bounds)).toMatchObject({
      detail: 'must be at most 1 minute (60000 ms)',
    });
  });

  it('answers at once on the longest text the contract lets through', () => {
    const startedAt = performance.now();
    parseDuration(`${'1s'.repeat(31)}1!`, '/duration');
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });
});

describe('toSpanText', () => {
  it.each([
    [DAY, '1d'],
    [14 * DAY, '14d'],
    [36 * HOUR, '36h'],
    [90 * MINUTE, '90m'],
    [1_000, '1s'],
    [1_500, '1500ms'],
    [0, '0ms'],
  ])('writes %d ms as %s, which is read as the same', (spanMs, text) => {
    expect(toSpanText(spanMs)).toBe(text);
    if (spanMs > 0) expect(parseDuration(text, '/duration')).toEqual({ ok: true, value: spanMs });
  });
});
