import type { ScheduleStatus } from '@minoots/contract';
import type { Schedule } from '../domain/schedule/state.ts';

/** Names one schedule. Another team's schedule of the same id is another schedule. */
export interface ScheduleKey {
  teamId: string;
  scheduleId: string;
}

/** What to do with a schedule that was just read, and what to answer. Neither `save` nor `remove` leaves it as it is. */
export interface ScheduleDecision<R> {
  save?: Schedule;
  remove?: true;
  result: R;
}

export interface ScheduleFilter {
  status?: ScheduleStatus;
}

export interface SchedulePage {
  schedules: Schedule[];
  /** Where the next page starts; null after the last. Meaningful to this store only. */
  next: string | null;
}

/** Schedules to look after until an instant, epoch ms; `after` is `next` of the page before. */
export interface CheckRange {
  until: number;
  limit: number;
  after: string | null;
}

export interface CheckPage {
  keys: ScheduleKey[];
  /** Where the next page starts; null after the last. */
  next: string | null;
}

/**
 * Where schedules live. Every promise of a change resolves only after the change is durable, and one whose change could
 * not be made durable rejects with `StorageUnavailable`; then nothing of that change is visible to later reads.
 */
export interface ScheduleStore {
  /** Adds a schedule whose id is free. @returns null, or the schedule that holds the id */
  insert(schedule: Schedule): Promise<Schedule | null>;

  /**
   * Reads one schedule, decides and saves, with nothing in between: of parallel updates each sees the result of the one
   * before. `decide` is pure and may run several times. What it throws rejects the promise and changes nothing.
   */
  update<R>(key: ScheduleKey, decide: (schedule: Schedule | null) => ScheduleDecision<R>): Promise<R>;

  get(key: ScheduleKey): Promise<Schedule | null>;

  /**
   * Schedules of a team, newest first, but for those that are being deleted. A page may hold fewer than `limit` and still
   * have a next one.
   * @param after `next` of the page before
   * @throws InvalidPosition when `after` is not such a position
   */
  list(teamId: string, filter: ScheduleFilter, limit: number, after?: string): Promise<SchedulePage>;

  /** Schedules of any team whose `checkAt` has come, earliest first. */
  listToCheck(range: CheckRange): Promise<CheckPage>;
}
