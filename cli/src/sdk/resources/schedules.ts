import type { PlannedOccurrence, Schedule, ScheduleLogEntry, ScheduleStatus, Timer } from '@minoots/contract';
import type { AnswerOf, BodyOf } from '../wire.ts';
import type { Call } from './caller.ts';
import type { Page } from './timers.ts';

const MAX_PAGE = 200;

/** Operations on schedules: timers made over and over by a plan. Every method throws MinootsError. */
export class Schedules {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** Gives the schedule, whose first occurrence is pending. */
  create(request: BodyOf<'createSchedule'>): Promise<Schedule> {
    return this.#call('createSchedule', { body: request });
  }

  get(id: string): Promise<Schedule> {
    return this.#call('getSchedule', { id });
  }

  /** One page, newest first. */
  list(filter: { status?: ScheduleStatus } & Page = {}): Promise<AnswerOf<'listSchedules'>> {
    return this.#call('listSchedules', { query: { ...filter } });
  }

  /** All of them, page by page as they are consumed. */
  async *all(filter: { status?: ScheduleStatus } = {}): AsyncGenerator<Schedule, void> {
    let cursor: string | null | undefined;
    do {
      const page = await this.list({ ...filter, limit: MAX_PAGE, ...(cursor ? { cursor } : {}) });
      yield* page.data;
      cursor = page.next_cursor;
    } while (cursor);
  }

  /** Changes a schedule for the occurrences to come. */
  update(id: string, change: BodyOf<'updateSchedule'>): Promise<Schedule> {
    return this.#call('updateSchedule', { id, body: change });
  }

  /** Takes the pending occurrence back and plans no other. */
  pause(id: string): Promise<Schedule> {
    return this.#call('pauseSchedule', { id });
  }

  /** Goes on with the first occurrence from now on. */
  resume(id: string): Promise<Schedule> {
    return this.#call('resumeSchedule', { id });
  }

  /** Runs once at once, beside the plan; gives that timer. */
  run(id: string): Promise<Timer> {
    return this.#call('runSchedule', { id });
  }

  /** The occurrences to come. @param count 1 to 100, 10 unless told */
  async next(id: string, count?: number): Promise<PlannedOccurrence[]> {
    const query = count === undefined ? {} : { count };
    return (await this.#call('getNextOccurrences', { id, query })).data;
  }

  /** What happened to the schedule, oldest first. */
  async logs(id: string): Promise<ScheduleLogEntry[]> {
    return (await this.#call('getScheduleLogs', { id })).data;
  }

  /** Cancels the pending occurrence and removes the schedule. */
  delete(id: string): Promise<Schedule> {
    return this.#call('deleteSchedule', { id });
  }

  /** When a schedule of this timing would run; nothing is stored. */
  async preview(request: BodyOf<'previewSchedule'>): Promise<PlannedOccurrence[]> {
    return (await this.#call('previewSchedule', { body: request })).data;
  }
}
