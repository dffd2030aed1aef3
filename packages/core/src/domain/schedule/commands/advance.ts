import type { Change, OccurrenceEnd } from '../commands.ts';
import { entry } from '../log.ts';
import { following, type Missed, runsBetween, toleranceMs } from '../occurrences.ts';
import type { NewScheduleLogEntry, Occurrence, Schedule, ScheduleCounts } from '../state.ts';
import { unsettled, withoutBrought } from './withdraw.ts';

/** Goes on to the occurrence that follows the pending one. Told of any other timer it changes nothing. */
export function advance(schedule: Schedule, timerId: string, end: OccurrenceEnd, now: number): Change {
  const { next: ended } = schedule;
  if (schedule.status !== 'active' || ended?.timerId !== timerId) return { schedule, entries: [] };
  const next = following(schedule, doneUntil(schedule, ended, end), now);
  const missed = runsBetween(schedule, ended.plannedAt, next === null ? now : next.plannedAt - 1);
  const counts = counted(schedule.counts, end, missed);
  const lastFired = end.type === 'fired' ? timerId : schedule.lastFired;
  const entries = [
    ...told(ended, end, now),
    ...(missed === null ? [] : [toldOfMissed(schedule, missed, now)]),
  ];
  // A timer that fired or was skipped keeps in mind that others have to be told; one that was removed cannot.
  const isRemembered = end.type === 'fired' || end.type === 'skipped';
  const sure = withoutBrought(isRemembered ? schedule : unsettled(schedule, now));
  return { schedule: { ...sure, next, counts, lastFired }, entries };
}

/** Runs planned up to this instant are done with: one that fires late stands for all that came due before it. */
function doneUntil(schedule: Schedule, { plannedAt }: Occurrence, end: OccurrenceEnd): number {
  const isLate = end.type === 'fired' && end.lateMs > toleranceMs(schedule, plannedAt);
  return isLate ? Math.max(plannedAt, end.at) : plannedAt;
}

function counted(counts: ScheduleCounts, end: OccurrenceEnd, missed: Missed | null): ScheduleCounts {
  const all = { ...counts, missed: counts.missed + (missed?.count ?? 0) };
  switch (end.type) {
    case 'fired':
      return { ...all, fired: all.fired + 1 };
    case 'skipped':
      return { ...all, skipped: all.skipped + 1 };
    case 'cancelled':
    case 'gone':
      return { ...all, cancelled: all.cancelled + 1 };
    case 'moved':
      return all;
    default:
      return end satisfies never;
  }
}

function told({ timerId, plannedAt }: Occurrence, end: OccurrenceEnd, now: number): NewScheduleLogEntry[] {
  const data = { timer_id: timerId, planned_at: new Date(plannedAt).toISOString() };
  switch (end.type) {
    case 'fired':
      return [];
    case 'skipped':
      return [entry(now, 'occurrence.skipped', end.reason, data)];
    case 'cancelled':
      return [entry(now, 'occurrence.cancelled', 'Cancelled by hand before it came due', data)];
    case 'moved':
      return [entry(now, 'occurrence.moved', 'Moved or paused by hand; the plan goes on without it', data)];
    case 'gone':
      return [entry(now, 'occurrence.cancelled', 'Its timer was removed; the plan goes on without it', data)];
    default:
      return end satisfies never;
  }
}

function toldOfMissed(
  { catchUp }: Schedule,
  { count, first, last }: Missed,
  now: number,
): NewScheduleLogEntry {
  const [from, until] = [new Date(first).toISOString(), new Date(last).toISOString()];
  const span =
    count === 1 ? `The occurrence of ${from} was` : `${count} occurrences from ${from} to ${until} were`;
  const message = `${span} missed: the time went by while nothing could fire, and catch_up is ${catchUp}`;
  return entry(now, 'occurrence.missed', message, { count, first: from, last: until });
}
