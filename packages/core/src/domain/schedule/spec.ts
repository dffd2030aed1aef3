import type { ScheduleTiming } from '@minoots/contract';
import { MAX_SPAN_MS, parseDuration } from '../duration.ts';
import type { LocalTimeNote } from '../local-time.ts';
import { ok, type Rejection, type Result, reject } from '../rejection.ts';
import { type CronSpec, cronNote, lastCron, nextCron, parseCron } from './cron.ts';

/** Runs at instants a fixed span apart: `everyMs` after the anchor, and so on. In ms and epoch ms. */
export interface EverySpec {
  type: 'every';
  everyMs: number;
  anchorAt: number;
}

/** When a schedule runs. */
export type ScheduleSpec = CronSpec | EverySpec;

const EVERY_MS = { minMs: 1_000, maxMs: MAX_SPAN_MS };
const JITTER_MS = { minMs: 0, maxMs: 3_600_000 };

/** Reads when a schedule is to run: a cron expression with its zone, or a span, which is anchored at `now`. */
export function parseSpec({ cron, timezone, every }: ScheduleTiming, now: number): Result<ScheduleSpec> {
  const misfit = checkShape({ cron, timezone, every });
  if (misfit) return misfit;
  if (cron !== undefined) return parseCron(cron, timezone ?? '', now);
  const span = parseDuration(every ?? 0, '/every', EVERY_MS);
  return span.ok ? ok({ type: 'every', everyMs: span.value, anchorAt: now }) : span;
}

/** Reads the jitter of a schedule, 0 to 1 hour. That of `every` is less than the span itself. */
export function parseJitter({ jitter }: ScheduleTiming, spec: ScheduleSpec): Result<number> {
  const parsed = parseDuration(jitter ?? 0, '/jitter', JITTER_MS);
  if (parsed.ok && spec.type === 'every' && parsed.value >= spec.everyMs)
    return reject('invalid_request', `must be less than ${spec.everyMs} ms, the span itself`, '/jitter');
  return parsed;
}

/** The first run after `after`; both in epoch ms. Null where there is none. */
export function nextRun(spec: ScheduleSpec, after: number): number | null {
  if (spec.type === 'cron') return nextCron(spec, after);
  const { anchorAt, everyMs } = spec;
  return anchorAt + Math.max(1, Math.floor((after - anchorAt) / everyMs) + 1) * everyMs;
}

/** The last run at or before `until`; both in epoch ms. Null where there was none. */
export function lastRun(spec: ScheduleSpec, until: number): number | null {
  if (spec.type === 'cron') return lastCron(spec, until);
  const { anchorAt, everyMs } = spec;
  const runs = Math.floor((until - anchorAt) / everyMs);
  return runs < 1 ? null : anchorAt + runs * everyMs;
}

/** What a clock change has to do with a run at `at`, epoch ms; null when nothing. */
export function runNote(spec: ScheduleSpec, at: number): LocalTimeNote | null {
  return spec.type === 'cron' ? cronNote(spec, at) : null;
}

function checkShape({ cron, timezone, every }: ScheduleTiming): Rejection | null {
  const fault = (detail: string, pointer: string) => reject('invalid_request', detail, pointer);
  if (cron === undefined && every === undefined) return fault('give cron with timezone, or every', '/cron');
  if (cron !== undefined && every !== undefined) return fault('give only one of cron, every', '/every');
  if (cron !== undefined && timezone === undefined)
    return fault('cron needs a timezone, such as Europe/Paris or UTC', '/timezone');
  if (cron === undefined && timezone !== undefined) return fault('timezone goes with cron only', '/timezone');
  return null;
}
