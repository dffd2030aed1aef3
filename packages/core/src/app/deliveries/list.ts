import type { ListDeliveriesQuery, TimerStatus } from '@minoots/contract';
import type { Delivery, Timer } from '../../domain/timer/state.ts';
import { InvalidPosition, type TimerPage } from '../../ports/timer-store.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '../cursor.ts';
import type { Deps, RequestContext } from '../deps.ts';

/** Timers of these can have deliveries. */
const STATUSES: readonly TimerStatus[] = [
  'running',
  'paused',
  'firing',
  'expired',
  'failed',
  'skipped',
  'cancelled',
];
/** Pages of timers that one request looks through for a delivery of the status that it asks for. */
const MAX_PAGES = 20;

export interface DeliveryItem {
  timer: Timer;
  delivery: Delivery;
}

/** Where a page begins: after which timers, and how many deliveries of those that follow it leaves out. */
interface Position {
  skip: number;
  after: string | undefined;
}

/** Lists the deliveries of all the team's timers, newest timer first. */
export async function listDeliveries(
  deps: Deps,
  { principal }: RequestContext,
  { status, limit, cursor }: ListDeliveriesQuery,
): Promise<{ items: DeliveryItem[]; nextCursor: string | null }> {
  const { skip, after, page, found } = await firstPage(deps, principal.teamId, { status, limit, cursor });
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
  { status, limit, cursor }: ListDeliveriesQuery,
): Promise<Position & { page: TimerPage; found: DeliveryItem[] }> {
  const filter = status === 'exhausted' ? ({ hasExhausted: true } as const) : { statuses: STATUSES };
  let from = readPosition(decodeCursor('deliveries', cursor));
  for (let pages = 1; ; pages++) {
    const page = await deps.timers.list(teamId, filter, limit, from.after).catch((error: unknown) => {
      throw error instanceof InvalidPosition ? invalidCursor() : error;
    });
    const found = page.timers.flatMap((timer) =>
      timer.deliveries
        .filter((delivery) => status === undefined || delivery.status === status)
        .map((delivery) => ({ timer, delivery })),
    );
    if (found.length > 0 || page.next === null || pages === MAX_PAGES) return { ...from, page, found };
    from = { skip: 0, after: page.next };
  }
}

/** A timer may have more deliveries than fit a page: the position is a page of timers and how many deliveries to skip in it. */
function position(skip: number, after: string | undefined): string {
  return `${skip}@${after ?? ''}`;
}

function readPosition(text: string | undefined): Position {
  if (text === undefined) return { skip: 0, after: undefined };
  const [, skip, after] = /^(\d{1,6})@(.*)$/.exec(text) ?? [];
  if (skip === undefined) throw invalidCursor();
  return { skip: Number(skip), after: after === '' ? undefined : after };
}
