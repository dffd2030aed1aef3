import { Cron } from 'croner';
import { Temporal } from 'temporal-polyfill';
import { endOfGap, instantOf, type LocalTimeNote, localOf, noteOf, zoneRejection } from '../local-time.ts';
import { ok, type Result, reject } from '../rejection.ts';

/**
 * A cron expression of 5 or 6 fields (the first of 6 is the second), read as wall-clock time of an IANA zone.
 *
 * Where a clock change skips or repeats local times:
 * - An expression of clock times, with no wildcard and no step in second, minute and hour (`30 2 * * *`, `0 9,17 * * 1-5`),
 *   runs once for each local time. One that is skipped runs at the first instant after the gap (several that meet there
 *   run once); one that is repeated runs at the first pass.
 * - Any other, such as one that runs every 15 minutes, follows real time: local times that are skipped do not exist, and
 *   those that are repeated run at both passes.
 */
export interface CronSpec {
  type: 'cron';
  expression: string;
  /** IANA name. */
  timezone: string;
}

const MAX_LENGTH = 200;
/** Fields and what stands in them. Keeps out the instants that croner reads too. */
const FIELDS = /^[\dA-Z*?,/#+-]+(?:\s+[\dA-Z*?,/#+-]+){4,5}$/i;
const HINT = 'must be a cron expression of 5 or 6 fields, such as "0 9 * * 1-5"';

/**
 * Reads cron expression and zone of a request.
 * @param now epoch ms; an expression that never runs from then on is refused
 * @returns `invalid_request` with `/cron` or `/timezone` where one is at fault
 */
export function parseCron(expression: string, timezone: string, now: number): Result<CronSpec> {
  const refusal = zoneRejection(timezone, '/timezone');
  if (refusal) return refusal;
  const spec: CronSpec = { type: 'cron', expression: expression.trim(), timezone };
  if (spec.expression.length > MAX_LENGTH || !FIELDS.test(spec.expression))
    return reject('invalid_request', HINT, '/cron');
  try {
    if (nextCron(spec, now) === null) return reject('invalid_request', 'never comes to run', '/cron');
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : '';
    return reject('invalid_request', `${HINT}: ${why}`, '/cron');
  }
  return ok(spec);
}

/** The first instant after `after` at which the expression runs; both in epoch ms. Null when it never does. */
export function nextCron(spec: CronSpec, after: number): number | null {
  if (!namesClockTimes(spec)) return cronIn(spec, spec.timezone).nextRun(new Date(after))?.getTime() ?? null;
  const clock = cronIn(spec, 'UTC');
  const local = clock.nextRun(furthestLocal(after, spec.timezone));
  return local === null ? null : instantFor(local, spec.timezone);
}

/** The last instant at or before `until` at which the expression runs; both in epoch ms. Null when it never did. */
export function lastCron(spec: CronSpec, until: number): number | null {
  if (!namesClockTimes(spec))
    return lastBefore(cronIn(spec, spec.timezone), new Date(until))?.getTime() ?? null;
  const local = lastBefore(cronIn(spec, 'UTC'), furthestLocal(until, spec.timezone));
  return local === null ? null : instantFor(local, spec.timezone);
}

/** What a clock change has to do with a run at `at`, epoch ms; null when nothing. */
export function cronNote(spec: CronSpec, at: number): LocalTimeNote | null {
  const { timezone } = spec;
  const local = localOf(at, timezone);
  const note = noteOf(local, timezone, at);
  // A run whose local time is none that the expression names was moved there.
  if (note !== null || cronIn(spec, 'UTC').match(asDate(local))) return note;
  const day = local.toPlainDate();
  return {
    kind: 'skipped',
    detail: `The clock goes forward in ${timezone} past the time asked for: it runs at ${local.toPlainTime()} on ${day}`,
  };
}

function cronIn({ expression }: CronSpec, timezone: string): Cron {
  return new Cron(expression, {
    mode: '5-or-6-parts',
    fixedTimeRule: 'no-wildcard',
    paused: true,
    timezone,
  });
}

/**
 * croner 11 follows the rule of clock times but for a gap that ends at midnight (Greenland's, each spring), whose runs it
 * drops. So for them it is asked for local times only.
 */
function namesClockTimes({ expression }: CronSpec): boolean {
  const fields = expression.split(/\s+/);
  return fields.slice(0, fields.length - 3).every((field) => !/[*?/]/.test(field));
}

/** What lies before whole seconds is all that croner finds backwards, and expressions name whole seconds. */
function lastBefore(cron: Cron, until: Date): Date | null {
  const reference = Math.floor(until.getTime() / 1_000) * 1_000 + 1_000;
  return cron.previousRuns(1, new Date(reference))[0] ?? null;
}

/** The furthest local time that clocks have shown by an instant, as if it were UTC. */
function furthestLocal(at: number, timezone: string): Date {
  const local = localOf(at, timezone);
  if (instantOf(local, timezone, 'earlier') === at) return asDate(local);
  // In the second pass of a repeated time: clocks have shown the whole of the first.
  const second = Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(timezone)
    .add({ milliseconds: 1 })
    .getTimeZoneTransition('previous');
  return second === null ? asDate(local) : asDate(localOf(second.epochMilliseconds - 1, timezone));
}

function instantFor(local: Date, timezone: string): number {
  const wallClock = localOf(local.getTime(), 'UTC');
  return endOfGap(wallClock, timezone) ?? instantOf(wallClock, timezone, 'earlier');
}

function asDate(local: Temporal.PlainDateTime): Date {
  return new Date(instantOf(local, 'UTC', 'earlier'));
}
