import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { type CronSpec, lastCron, nextCron } from './cron.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Zones with shifts of an hour, half an hour and two, at midnight, of negative daylight saving, of a whole day, to midnight, and none. */
const ZONES = [
  'America/New_York',
  'Europe/Paris',
  'Australia/Lord_Howe',
  'America/Santiago',
  'America/Scoresbysund',
  'Asia/Beirut',
  'Africa/Casablanca',
  'Europe/Dublin',
  'Pacific/Apia',
  'Antarctica/Troll',
  'Asia/Kathmandu',
  'UTC',
];

/** croner against a reference that looks at every minute with Temporal. */
describe('the instants of a cron expression', () => {
  it('are those of Temporal around clock changes, whatever the expression', () => {
    fc.assert(
      fc.property(fields, windows, (expression, { timezone, from }) => {
        const spec: CronSpec = { type: 'cron', timezone, expression: textOf(expression) };
        const until = from + 40 * HOUR;
        expect(runsOf(spec, from, until)).toEqual(reference(expression, timezone, from, until));
      }),
      { numRuns: 120, seed: 20_300_131 },
    );
  });

  it('are found backwards as they are forwards', () => {
    fc.assert(
      fc.property(fields, windows, (expression, { timezone, from }) => {
        const spec: CronSpec = { type: 'cron', timezone, expression: textOf(expression) };
        const runs = runsOf(spec, from, from + 40 * HOUR).slice(0, 200);
        for (const [index, at] of runs.entries()) {
          expect(lastCron(spec, at)).toBe(at);
          if (index > 0) expect(lastCron(spec, at - 1)).toBe(runs[index - 1]);
        }
      }),
      { numRuns: 40, seed: 20_300_131 },
    );
  });
});

interface Field {
  text: string;
  values: ReadonlySet<number>;
  isWild: boolean;
}
type Fields = { minute: Field; hour: Field };

const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

function fieldOf(max: number): fc.Arbitrary<Field> {
  const number = fc.integer({ min: 0, max });
  const make = (text: string, values: number[], isWild: boolean): Field => ({
    text,
    values: new Set(values),
    isWild,
  });
  return fc.oneof(
    fc.constant(make('*', range(0, max), true)),
    fc.integer({ min: 1, max: max + 1 }).map((step) => make(`*/${step}`, range(0, max, step), true)),
    number.map((value) => make(String(value), [value], false)),
    fc.uniqueArray(number, { minLength: 2, maxLength: 4 }).map((list) => make(list.join(), list, false)),
    fc.tuple(number, number).map((ends) => {
      const [first, last] = [Math.min(...ends), Math.max(...ends)];
      return make(`${first}-${last}`, range(first, last), false);
    }),
  );
}

/** Hours of the night come up often: that is when clocks change. */
const nightHour = fc
  .integer({ min: 0, max: 3 })
  .map((hour): Field => ({ text: String(hour), values: new Set([hour]), isWild: false }));
const fields: fc.Arbitrary<Fields> = fc.record({
  minute: fieldOf(59),
  hour: fc.oneof(fieldOf(23), nightHour),
});

function textOf({ minute, hour }: Fields): string {
  return `${minute.text} ${hour.text} * * *`;
}

/** The beginning of a day and a half around a clock change, or anywhere where there is none. */
const windows = fc
  .record({
    timezone: fc.constantFrom(...ZONES),
    instant: fc.integer({ min: Date.UTC(2005, 0), max: Date.UTC(2037, 0) }),
    lead: fc.integer({ min: 0, max: 36 * 60 }),
  })
  .map(({ timezone, instant, lead }) => {
    const somewhere = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timezone);
    const change = somewhere.getTimeZoneTransition('next')?.epochMilliseconds ?? instant;
    return { timezone, from: Math.floor(change / MINUTE) * MINUTE - lead * MINUTE };
  });

function runsOf(spec: CronSpec, from: number, until: number): number[] {
  const runs: number[] = [];
  for (let at = nextCron(spec, from); at !== null && at <= until; at = nextCron(spec, at)) runs.push(at);
  return runs;
}

function reference(expression: Fields, timezone: string, from: number, until: number): number[] {
  const isClockTime = !expression.minute.isWild && !expression.hour.isWild;
  const instants = isClockTime
    ? clockTimes(expression, timezone, from, until)
    : range(from, until, MINUTE).filter((at) => isShown(expression, timezone, at));
  return [...new Set(instants)].filter((at) => at > from && at <= until).sort((a, b) => a - b);
}

function isShown({ minute, hour }: Fields, timezone: string, at: number): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
  return minute.values.has(local.minute) && hour.values.has(local.hour);
}

function clockTimes({ minute, hour }: Fields, timezone: string, from: number, until: number): number[] {
  const first = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timezone).toPlainDate();
  return range(-2, Math.ceil((until - from) / (24 * HOUR)) + 2).flatMap((day) =>
    [...hour.values].flatMap((h) =>
      [...minute.values].map((m) =>
        firstPassOrEndOfGap(first.add({ days: day }).toPlainDateTime({ hour: h, minute: m }), timezone),
      ),
    ),
  );
}

function firstPassOrEndOfGap(local: Temporal.PlainDateTime, timezone: string): number {
  const earlier = local.toZonedDateTime(timezone, { disambiguation: 'earlier' });
  if (earlier.toPlainDateTime().equals(local)) return earlier.epochMilliseconds;
  const gapEnd = earlier.getTimeZoneTransition('next');
  if (gapEnd === null) throw new Error(`${local} is in no gap of ${timezone}`);
  return gapEnd.epochMilliseconds;
}
