import { describe, expect, it } from '@jest/globals';
import { Cron } from 'croner';
import { type CronSpec, cronNote, nextCron, parseCron } from './cron.ts';

const NOW = Date.UTC(2030, 0, 1);

const cron = (expression: string, timezone: string): CronSpec => ({ type: 'cron', expression, timezone });

/** The first runs after an instant, as RFC 3339 without seconds. */
function runs(expression: string, timezone: string, from: string, count: number): string[] {
  const found: string[] = [];
  let at: number | null = Date.parse(from);
  while (found.length < count) {
    at = nextCron(cron(expression, timezone), at);
    if (at === null) break;
    found.push(new Date(at).toISOString().replace(':00.000Z', 'Z'));
  }
  return found;
}

describe('nextCron, where DST skips or doubles local times (complaint 7)', () => {
  it.each<[zone: string, expression: string, from: string, expected: string[]]>([
    ['America/New_York', '30 2 * * *', '2030-03-09T12:00Z', ['2030-03-10T07:00Z', '2030-03-11T06:30Z']],
    ['America/New_York', '0 2,3 * * *', '2030-03-09T12:00Z', ['2030-03-10T07:00Z', '2030-03-11T06:00Z']],
    ['Europe/Paris', '15,45 2 * * *', '2030-03-30T12:00Z', ['2030-03-31T01:00Z', '2030-04-01T00:15Z']],
    ['Australia/Lord_Howe', '15 2 * * *', '2030-10-05T00:00Z', ['2030-10-05T15:30Z', '2030-10-06T15:15Z']],
    ['America/Santiago', '0 0 * * *', '2030-09-07T12:00Z', ['2030-09-08T04:00Z', '2030-09-09T03:00Z']],
    ['Antarctica/Troll', '15 2 * * *', '2030-03-30T12:00Z', ['2030-03-31T01:00Z', '2030-04-01T00:15Z']],
    ['America/Scoresbysund', '30 23 * * *', '2030-03-30T12:00Z', ['2030-03-31T01:00Z', '2030-04-01T00:30Z']],
  ])(
    'runs a clock time that %s skips once, at the end of the gap: %s',
    (timezone, expression, from, expected) => {
      expect(runs(expression, timezone, from, 2)).toEqual(expected);
    },
  );

  it.each<[zone: string, expression: string, from: string, expected: string[]]>([
    ['America/New_York', '30 1 * * *', '2030-11-02T12:00Z', ['2030-11-03T05:30Z', '2030-11-04T06:30Z']],
    [
      'Europe/Paris',
      '0 1-3 * * *',
      '2030-10-26T12:00Z',
      ['2030-10-26T23:00Z', '2030-10-27T00:00Z', '2030-10-27T02:00Z'],
    ],
    ['Australia/Lord_Howe', '45 1 * * *', '2030-04-06T00:00Z', ['2030-04-06T14:45Z', '2030-04-07T15:15Z']],
    ['America/Santiago', '30 23 * * *', '2030-04-06T12:00Z', ['2030-04-07T02:30Z', '2030-04-08T03:30Z']],
  ])(
    'runs a clock time that %s repeats once, at the first pass: %s',
    (timezone, expression, from, expected) => {
      expect(runs(expression, timezone, from, expected.length)).toEqual(expected);
    },
  );

  it('does not run a clock time again when asked in the second pass', () => {
    const [first = 0] = runs('30 1 * * *', 'America/New_York', '2030-11-03T05:00Z', 1).map((at) =>
      Date.parse(at),
    );
    for (const minutes of [0, 15, 30, 59, 60, 75])
      expect(
        runs('30 1 * * *', 'America/New_York', new Date(first + minutes * 60_000).toISOString(), 1),
      ).toEqual(['2030-11-04T06:30Z']);
  });

  it.each<[zone: string, from: string, expected: string[]]>([
    [
      'America/New_York',
      '2030-03-10T06:40Z',
      ['2030-03-10T06:45Z', '2030-03-10T07:00Z', '2030-03-10T07:15Z'],
    ],
    [
      'America/New_York',
      '2030-11-03T05:40Z',
      ['2030-11-03T05:45Z', '2030-11-03T06:00Z', '2030-11-03T06:15Z'],
    ],
    ['Europe/Paris', '2030-10-27T00:40Z', ['2030-10-27T00:45Z', '2030-10-27T01:00Z', '2030-10-27T01:15Z']],
    [
      'Australia/Lord_Howe',
      '2030-04-06T14:40Z',
      ['2030-04-06T14:45Z', '2030-04-06T15:00Z', '2030-04-06T15:15Z'],
    ],
  ])('keeps every 15 minutes of real time through the changes of %s', (timezone, from, expected) => {
    expect(runs('*/15 * * * *', timezone, from, 3)).toEqual(expected);
  });

  it('is what croner alone does not do where a gap ends at midnight', () => {
    const alone = new Cron('30 23 * * *', { timezone: 'America/Scoresbysund', paused: true });
    expect(alone.nextRun(new Date('2030-03-30T12:00Z'))?.toISOString()).toBe('2030-04-01T00:30:00.000Z');
  });
});

describe('nextCron, in the calendar', () => {
  it.each<[what: string, expression: string, from: string, expected: string[]]>([
    ['leap days', '0 0 29 2 *', '2095-01-01T00:00Z', ['2096-02-29T00:00Z', '2104-02-29T00:00Z']],
    ['the 31st', '0 0 31 * *', '2030-01-31T12:00Z', ['2030-03-31T00:00Z', '2030-05-31T00:00Z']],
    ['the last day', '0 0 L * *', '2031-01-31T12:00Z', ['2031-02-28T00:00Z', '2031-03-31T00:00Z']],
    [
      'the last day of a leap February',
      '0 0 L 2 *',
      '2031-12-01T00:00Z',
      ['2032-02-29T00:00Z', '2033-02-28T00:00Z'],
    ],
    [
      'the turn of the year',
      '59 23 31 12 *',
      '2030-12-31T23:58Z',
      ['2030-12-31T23:59Z', '2031-12-31T23:59Z'],
    ],
    ['weekdays', '0 9 * * 1-5', '2030-01-04T10:00Z', ['2030-01-07T09:00Z', '2030-01-08T09:00Z']],
    [
      'the 13th that is a Friday',
      '0 0 13 * +FRI',
      '2030-01-01T00:00Z',
      ['2030-09-13T00:00Z', '2030-12-13T00:00Z'],
    ],
  ])('knows %s', (_, expression, from, expected) => {
    expect(runs(expression, 'UTC', from, 2)).toEqual(expected);
  });

  it('reads a first field of six as seconds', () => {
    const spec = cron('*/20 * * * * *', 'UTC');
    expect(nextCron(spec, NOW)).toBe(NOW + 20_000);
  });
});

describe('parseCron', () => {
  const refusal = (expression: string, timezone = 'UTC') => {
    const result = parseCron(expression, timezone, NOW);
    return result.ok ? null : [result.code, result.pointer];
  };

  it('takes 5 or 6 fields and a zone', () => {
    expect(parseCron(' 0 9 * * MON-FRI ', 'Europe/Paris', NOW)).toEqual({
      ok: true,
      value: { type: 'cron', expression: '0 9 * * MON-FRI', timezone: 'Europe/Paris' },
    });
    expect(refusal('0 0 9 * * 1')).toBeNull();
  });

  it.each([
    '',
    '* * * *',
    '* * * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '0 0 0 1 *',
    '0 0 * 13 *',
    '*/0 * * * *',
    'x * * * *',
    '@daily',
    '2030-01-01T00:00:00',
    `${'1,'.repeat(200)}1 * * * *`,
  ])('refuses %s', (expression) => {
    expect(refusal(expression)).toEqual(['invalid_request', '/cron']);
  });

  it.each(['0 0 30 2 *', '0 0 31 4,6,9,11 *', '* * * 30 2 *', '0 0 15W 2 +SAT'])(
    'refuses %s, which never comes',
    (expression) => {
      expect(parseCron(expression, 'UTC', NOW)).toMatchObject({
        ok: false,
        detail: 'never comes to run',
        pointer: '/cron',
      });
    },
  );

  it.each(['', 'Mars/Olympus', '+02:00', 'Europe/Paris ', '2030-01-01T00:00Z[UTC]'])(
    'refuses the zone %j (complaint 8)',
    (timezone) => {
      expect(refusal('0 0 * * *', timezone)).toEqual(['invalid_request', '/timezone']);
    },
  );
});

describe('cronNote', () => {
  const noteAt = (expression: string, timezone: string, at: string) =>
    cronNote(cron(expression, timezone), Date.parse(at));

  it('tells that a run was moved out of a gap', () => {
    const note = noteAt('30 2 * * *', 'America/New_York', '2030-03-10T07:00Z');
    expect(note).toMatchObject({
      kind: 'skipped',
      detail: expect.stringContaining('runs at 03:00:00 on 2030-03-10'),
    });
  });

  it('tells which pass of a repeated time a run is in', () => {
    expect(noteAt('*/30 * * * *', 'Europe/Paris', '2030-10-27T00:30Z')).toMatchObject({
      kind: 'repeated',
      detail: expect.stringContaining('first'),
    });
    expect(noteAt('*/30 * * * *', 'Europe/Paris', '2030-10-27T01:30Z')).toMatchObject({
      kind: 'repeated',
      detail: expect.stringContaining('second'),
    });
  });

  it('tells nothing of any other run', () => {
    expect(noteAt('0 9 * * *', 'Europe/Paris', '2030-10-27T08:00Z')).toBeNull();
    expect(noteAt('0 3 * * *', 'America/New_York', '2030-03-10T07:00Z')).toBeNull();
  });
});
