import type { NewScheduleLogEntry, Schedule, SchedulePlan } from './state.ts';

/** What became of an occurrence that is pending no more. Instants in epoch ms. */
export type OccurrenceEnd =
  | { type: 'fired'; at: number; lateMs: number }
  | { type: 'skipped'; reason: string }
  /** Cancelled or deleted by hand. */
  | { type: 'cancelled' }
  /** Moved or paused by hand: it goes its own way. */
  | { type: 'moved' }
  /** There is no such timer any more, and it has not told what became of it. */
  | { type: 'gone' };

/** Fields that may change; an absent one stays. */
export type ScheduleChanges = Partial<SchedulePlan> & { name?: string };

export type ScheduleCommand =
  | { type: 'pause' }
  | { type: 'resume' }
  | { type: 'update'; changes: ScheduleChanges }
  | { type: 'delete' }
  /** An occurrence beside the plan was asked for. */
  | { type: 'note-run'; timerId: string; by: string }
  /** The occurrence of this timer is pending no more. */
  | { type: 'advance'; timerId: string; end: OccurrenceEnd }
  /** The timers are what the schedule of this version says. */
  | { type: 'settled'; version: number };

/** What a command changes. */
export interface Change {
  schedule: Schedule;
  entries: NewScheduleLogEntry[];
}
