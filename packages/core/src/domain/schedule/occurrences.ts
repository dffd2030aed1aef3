import { lastRun, nextRun } from './spec.ts';
import type { Occurrence, Schedule } from './state.ts';

/** An occurrence is on time when it is late by less than half the span to the next, at least a second and at most a minute. */
const TOLERANCE_MS = { min: 1_000, max: 60_000 };
/** Missed runs that are counted one by one. */
const MAX_COUNTED = 1_000;

type Planned = Pick<Schedule, 'id' | 'spec' | 'jitterMs' | 'revision'>;

/** Runs that were passed over: how many (1,000 at most are counted), and when the first and the last were planned. */
export interface Missed {
  count: number;
  first: number;
  last: number;
}

/** The first occurrence planned after an instant, epoch ms; null where there is none. */
export function occurrenceAfter(schedule: Planned, after: number): Occurrence | null {
  const plannedAt = nextRun(schedule.spec, after);
  return plannedAt === null ? null : occurrenceAt(schedule, plannedAt);
}

/**
 * The occurrence that follows what was planned at `after`, as seen at `now`; both in epoch ms. Of occurrences that should
 * have fired by now and are late, none is made up for, or with `catchUp` the last. Null where nothing follows.
 */
export function following(
  schedule: Planned & Pick<Schedule, 'catchUp'>,
  after: number,
  now: number,
): Occurrence | null {
  const first = occurrenceAfter(schedule, after);
  if (first === null || isOnTime(schedule, first, now)) return first;
  const onTime = firstOnTime(schedule, first.plannedAt, now);
  if (schedule.catchUp === 'none') return onTime;
  const last = lastRun(schedule.spec, onTime === null ? now : onTime.plannedAt - 1);
  return occurrenceAt(schedule, last ?? first.plannedAt);
}

/** How late an occurrence may be, in ms, and still counts as on time. */
export function toleranceMs({ spec }: Pick<Schedule, 'spec'>, plannedAt: number): number {
  const following = nextRun(spec, plannedAt) ?? Number.POSITIVE_INFINITY;
  return Math.min(Math.max((following - plannedAt) / 2, TOLERANCE_MS.min), TOLERANCE_MS.max);
}

/** The next occurrences after an instant, epoch ms; fewer than `count` where the plan ends. */
export function occurrencesAfter(schedule: Planned, after: number, count: number): Occurrence[] {
  const found: Occurrence[] = [];
  let next = occurrenceAfter(schedule, after);
  while (next !== null && found.length < count) {
    found.push(next);
    next = occurrenceAfter(schedule, next.plannedAt);
  }
  return found;
}

/** The id of the timer of a run, whose plan names its instant in epoch ms. */
export function occurrenceIdOf(
  { id, revision }: Pick<Schedule, 'id' | 'revision'>,
  plannedAt: number,
): string {
  return `${id}_${plannedAt.toString(36)}_${revision.toString(36)}`;
}

function occurrenceAt(schedule: Planned, plannedAt: number): Occurrence {
  return {
    plannedAt,
    at: plannedAt + jitterOf(schedule, plannedAt),
    timerId: occurrenceIdOf(schedule, plannedAt),
  };
}

/** Always the same for an occurrence, and never past the one that follows. */
function jitterOf({ id, spec, jitterMs }: Planned, plannedAt: number): number {
  if (jitterMs === 0) return 0;
  const following = nextRun(spec, plannedAt) ?? Number.POSITIVE_INFINITY;
  return Math.floor(shareOf(`${id}\n${plannedAt}`) * Math.min(jitterMs, following - plannedAt));
}

/** A number from 0 up to 1 that a text always gives and that tells nothing of it: FNV-1a, mixed once more. */
function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

function isOnTime(schedule: Planned, { plannedAt, at }: Occurrence, now: number): boolean {
  return now - at <= toleranceMs(schedule, plannedAt);
}

/** What fires before `now` by more than the longest tolerance is late, so that the search may start there. */
function firstOnTime(schedule: Planned, from: number, now: number): Occurrence | null {
  const start = lastRun(schedule.spec, now - TOLERANCE_MS.max) ?? from;
  let occurrence = occurrenceAfter(schedule, Math.max(start, from) - 1);
  while (occurrence !== null && !isOnTime(schedule, occurrence, now))
    occurrence = occurrenceAfter(schedule, occurrence.plannedAt);
  return occurrence;
}

/** The runs after one instant up to another, epoch ms; null where there are none. */
export function runsBetween({ spec }: Pick<Schedule, 'spec'>, after: number, until: number): Missed | null {
  const first = nextRun(spec, after);
  const last = lastRun(spec, until);
  if (first === null || last === null || first > last) return null;
  let count = 1;
  for (
    let at = nextRun(spec, first);
    at !== null && at <= last && count < MAX_COUNTED;
    at = nextRun(spec, at)
  )
    count++;
  return { count, first, last };
}
