import { appendLog, entry } from './log.ts';
import { occurrenceAfter } from './occurrences.ts';
import type { Schedule, SchedulePlan } from './state.ts';

/** All that makes a new schedule; ids and instants are given, never made here. */
export type NewSchedule = SchedulePlan &
  Pick<Schedule, 'id' | 'teamId' | 'createdBy' | 'name' | 'fingerprint'>;

/** A schedule as it begins: with its first occurrence planned and still to be made. */
export function createSchedule(input: NewSchedule, now: number): Schedule {
  return {
    ...input,
    status: 'active',
    next: occurrenceAfter({ ...input, revision: 1 }, now),
    lastFired: null,
    counts: { fired: 0, skipped: 0, missed: 0, cancelled: 0, runs: 0 },
    withdrawn: [],
    unsettledSince: now,
    revision: 1,
    createdAt: now,
    updatedAt: now,
    version: 1,
    log: appendLog([], [entry(now, 'schedule.created', `Created by ${input.createdBy}`)]),
    recentCommands: [],
  };
}
