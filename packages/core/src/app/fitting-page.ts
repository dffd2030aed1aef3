import type { Timer } from '../domain/timer/state.ts';
import { InvalidPosition, type TimerFilter, type TimerStore } from '../ports/timer-store.ts';
import { invalidCursor } from './cursor.ts';

export interface Page<T> {
  items: T[];
  /** Where the next page starts; null after the last. */
  next: string | null;
}

export interface FittingPageRequest<T> {
  /** Reads a page of as many items at most. */
  list: (most: number) => Promise<Page<T>>;
  /** Most items. */
  limit: number;
  /** What an item weighs, never negative, and what all of the page may weigh together. */
  weigh: (item: T) => number;
  capacity: number;
}

/**
 * A page of items that together weigh no more than told, or a single one that does. What stays in the store between the
 * two looks that this may take is on one page only.
 * @throws MinootsError `invalid_cursor`
 */
export async function fittingPage<T>({
  list,
  limit,
  weigh,
  capacity,
}: FittingPageRequest<T>): Promise<Page<T>> {
  const read = (most: number) =>
    list(most).catch((error: unknown) => {
      throw error instanceof InvalidPosition ? invalidCursor() : error;
    });
  const page = await read(limit);
  let weight = 0;
  const fitting = page.items.findIndex((item) => {
    weight += weigh(item);
    return weight > capacity;
  });
  return fitting === -1 || page.items.length === 1 ? page : read(Math.max(1, fitting));
}

/** Reads pages of the timers of a team. @param after `next` of the page before */
export function pagesOfTimers(
  store: TimerStore,
  teamId: string,
  filter: TimerFilter,
  after: string | undefined,
): FittingPageRequest<Timer>['list'] {
  return async (most) => {
    const { timers, next } = await store.list(teamId, filter, most, after);
    return { items: timers, next };
  };
}
