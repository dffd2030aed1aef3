import type { Timer } from '../domain/timer/state.ts';
import { InvalidPosition, type TimerFilter, type TimerPage, type TimerStore } from '../ports/timer-store.ts';
import { invalidCursor } from './cursor.ts';

export interface FittingPageRequest {
  teamId: string;
  filter: TimerFilter;
  /** Most timers. */
  limit: number;
  /** `next` of the page before. */
  after: string | undefined;
  /** What a timer weighs, never negative, and what all of the page may weigh together. */
  weigh: (timer: Timer) => number;
  capacity: number;
}

/**
 * A page of timers that together weigh no more than told, or a single one that does. What stays in the store between the
 * two looks that this may take is on one page only.
 * @throws MinootsError `invalid_cursor`
 */
export async function fittingPage(store: TimerStore, request: FittingPageRequest): Promise<TimerPage> {
  const { teamId, filter, limit, after, weigh, capacity } = request;
  const list = (most: number) =>
    store.list(teamId, filter, most, after).catch((error: unknown) => {
      throw error instanceof InvalidPosition ? invalidCursor() : error;
    });
  const page = await list(limit);
  let weight = 0;
  const fitting = page.timers.findIndex((timer) => {
    weight += weigh(timer);
    return weight > capacity;
  });
  return fitting === -1 || page.timers.length === 1 ? page : list(Math.max(1, fitting));
}
