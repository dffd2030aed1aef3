import { describe, expect, it } from '@jest/globals';
import { MAX_SPAN_MS } from './duration.ts';
import { parseWhen } from './when.ts';

const NOW = Date.UTC(2026, 0, 1);

/** The instant that a local time in a zone stands for, as RFC 3339 text. */
function local(fire_at_local: string, timezone: string): string {
  const when = parseWhen({ fire_at_local, timezone }, NOW);
  if (!when.ok) throw new Error(when.detail);
  if (when.value.type !== 'instant') throw new Error('not an instant');
  return new Date(when.value.at).toISOString();
}

describe('parseWhen', () => {
  it('reads a duration as a span', () => {
    expect(parseWhen({ duration: '1h30m' }, NOW)).toEqual({
      ok: true,
      value: { type: 'span', ms: 5_400_000 },
    });
  });

  it.each([
    ['2026-01-31T09:00:00Z', Date.UTC(2026, 0, 31, 9)],
    ['2026-01-31T09:00:00.250Z', Date.UTC(2026, 0, 31, 9, 0, 0, 250)],
    ['2026-01-31T09:00:00+05:30', Date.UTC(2026, 0, 31, 3, 30)],
    ['2020-01-01T00:00:00Z', Date.UTC(2020, 0, 1)],
  ])('reads the instant %s, be it past or to come', (fire_at, at) => {
    expect(parseWhen({ fire_at }, NOW)).toEqual({ ok: true, value: { type: 'instant', at } });
  });

  it.each([
    ['2026-06-01T09:00', 'Europe/Paris', '2026-06-01T07:00:00.000Z'],
    ['2026-01-05T09:00:30.5', 'Asia/Kolkata', '2026-01-05T03:30:30.500Z'],
    ['2026-06-01 09:00', 'America/New_York', '2026-06-01T13:00:00.000Z'],
    ['2026-06-01', 'UTC', '2026-06-01T00:00:00.000Z'],
    ['2026-06-01T09:00', 'Etc/GMT+5', '2026-06-01T14:00:00.000Z'],
  ])('reads %s in %s', (text, zone, instant) => {
    expect(local(text, zone)).toBe(instant);
  });

  it.each([
    // clocks go from 02:00 to 03:00
    ['2026-03-29T02:00', 'Europe/Paris', '2026-03-29T01:00:00.000Z'],
    ['2026-03-29T02:30', 'Europe/Paris', '2026-03-29T01:30:00.000Z'],
    ['2026-03-29T01:59:59.999', 'Europe/Paris', '2026-03-29T00:59:59.999Z'],
    ['2026-03-29T03:00', 'Europe/Paris', '2026-03-29T01:00:00.000Z'],
    ['2026-03-08T02:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    // half an hour is skipped there: 02:00 to 02:30
    ['2026-10-04T02:15', 'Australia/Lord_Howe', '2026-10-03T15:45:00.000Z'],
  ])('moves %s in %s, which does not exist there, forward by the gap', (text, zone, instant) => {
    expect(local(text, zone)).toBe(instant);
  });

  it.each([
    // clocks go from 03:00 back to 02:00
    ['2026-10-25T02:30', 'Europe/Paris', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25T03:00', 'Europe/Paris', '2026-10-25T02:00:00.000Z'],
    ['2026-11-01T01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['2026-04-05T01:45', 'Australia/Lord_Howe', '2026-04-04T14:45:00.000Z'],
  ])('takes the first of the two %s in %s', (text, zone, instant) => {
    expect(local(text, zone)).toBe(instant);
  });

  it.each([
    '2026-06-01T09:00Z',
    '2026-06-01T09:00+02:00',
    '2026-06-01T09:00+02',
    '2026-06-01T09:00-0500',
    '2026-06-01T09:00+02:00[Europe/Paris]',
    '2026-06-01T09:00[Europe/Paris]',
    '2026-02-30T09:00',
    '2026-06-01T25:00',
    '09:00',
    'tomorrow',
    '',
  ])('refuses %j as a local time', (fire_at_local) => {
    expect(parseWhen({ fire_at_local, timezone: 'Asia/Tokyo' }, NOW)).toMatchObject({
      ok: false,
      code: 'invalid_request',
      pointer: '/fire_at_local',
    });
  });

  it.each(['Mars/Olympus', '', '+02:00', 'CEST!', '2026-01-01T00:00[Europe/Paris]', '../etc/passwd'])(
    'refuses the zone %j',
    (timezone) => {
      expect(parseWhen({ fire_at_local: '2026-06-01T09:00', timezone }, NOW)).toEqual({
        ok: false,
        code: 'invalid_request',
        detail: `${JSON.stringify(timezone)} is not an IANA time zone`,
        pointer: '/timezone',
      });
    },
  );

  it.each([
    [{}, '/duration'],
    [{ duration: '5m', fire_at: '2026-06-01T09:00:00Z' }, '/fire_at'],
    [
      { fire_at: '2026-06-01T09:00:00Z', fire_at_local: '2026-06-01T09:00', timezone: 'UTC' },
      '/fire_at_local',
    ],
    [{ fire_at_local: '2026-06-01T09:00' }, '/timezone'],
    [{ duration: '5m', timezone: 'UTC' }, '/timezone'],
    [{ timezone: 'UTC' }, '/duration'],
    [{ duration: 'soon' }, '/duration'],
    [{ fire_at: 'not an instant' }, '/fire_at'],
  ])('refuses %j and points at %s', (input, pointer) => {
    expect(parseWhen(input, NOW)).toMatchObject({ ok: false, code: 'invalid_request', pointer });
  });

  it('reaches ten years ahead and not further', () => {
    const fire_at = new Date(NOW + MAX_SPAN_MS).toISOString();
    expect(parseWhen({ fire_at }, NOW)).toMatchObject({ ok: true });
    expect(parseWhen({ fire_at }, NOW - 1)).toMatchObject({ ok: false, pointer: '/fire_at' });
    expect(parseWhen({ fire_at_local: '9999-12-31T00:00', timezone: 'UTC' }, NOW)).toMatchObject({
      ok: false,
      pointer: '/fire_at_local',
    });
  });
});
