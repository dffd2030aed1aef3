import type { ListDeliveriesQuery } from '@minoots/contract';
import type { Delivery, Timer } from '../../domain/timer/state.ts';
import { InvalidPosition, type TimerPage } from '../../ports/timer-store.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '../cursor.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { type DeliveryFilter, matchesDelivery, timersWith } from './filter.ts';

/** Pages of timers that one request looks through for a delivery that it asks for. */
const MAX_PAGES = 20;

export interface DeliveryItem {
  timer: Timer;
  delivery: Delivery;
}

/** Where a page of deliveries starts: a page of timers, and how many of its deliveries were given already. */
interface Position {
  skip: number;
  after?: string;
}

/** Lists the deliveries of all the team's timers, newest timer first. */
export async function listDeliveries(
  deps: Deps,
  { principal }: RequestContext,
  query: ListDeliveriesQuery,
): Promise<{ items: DeliveryItem[]; nextCursor: string | null }> {
  const { limit } = query;
  const { skip, after, page, found } = await firstPage(deps, principal.teamId, query);
  const items = found.slice(skip, skip + limit);
  const isMoreHere = found.length > skip + limit;
  const next = isMoreHere
    ? position(skip + limit, after)
    : page.next === null
      ? null
      : position(0, page.next);
  return { items, nextCursor: encodeCursor('deliveries', next) };
}

/** The first page of timers from a position that has such a delivery, or where the search has to end. */
async function firstPage(
  deps: Deps,
  teamId: string,
  { limit, cursor, ...filter }: ListDeliveriesQuery,
): Promise<Position & { page: TimerPage; found: DeliveryItem[] }> {
  let from = readPosition(decodeCursor('deliveries', cursor));
  for (let pages = 1; ; pages++) {
    const page = await timersFor(deps, teamId, filter, limit, from.after);
    const found = page.timers.flatMap((timer) =>
      timer.deliveries
        .filter((delivery) => matchesDelivery(timer, delivery, filter))
        .map((delivery) => ({ timer, delivery })),
    );
    if (found.length > 0 || page.next === null || pages === MAX_PAGES) return { ...from, page, found };
    from = { skip: 0, after: page.next };
  }
}

async function timersFor(
  { timers }: Deps,
  teamId: string,
  filter: DeliveryFilter,
  limit: number,
  after: string | undefined,
): Promise<TimerPage> {
  if (filter.timer_id !== undefined) {
    const timer = await timers.get({ teamId, timerId: filter.timer_id });
    return { timers: timer === null ? [] : [timer], next: null };
  }
  return timers.list(teamId, timersWith(filter), limit, after).catch((error: unknown) => {
    throw error instanceof InvalidPosition ? invalidCursor() : error;
  });
}

/** A timer may have more deliveries than fit a page: the position is a page of timers and how many deliveries to skip in it. */
function position(skip: number, after: string | undefined): string {
  return `${skip}@${after ?? ''}`;
}

function readPosition(text: string | undefined): Position {
  if (text === undefined) return { skip: 0 };
  const [, skip, after] = /^(\d{1,6})@(.*)$/.exec(text) ?? [];
  if (skip === undefined) throw invalidCursor();
  return after === undefined || after === '' ? { skip: Number(skip) } : { skip: Number(skip), after };
}
