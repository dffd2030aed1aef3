import type { DeliveryStatus, ListDeliveriesQuery, TimerStatus } from '@minoots/contract';
import type { Delivery, Timer } from '../../domain/timer/state.ts';
import { InvalidPosition } from '../../ports/timer-store.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '../cursor.ts';
import type { Deps, RequestContext } from '../deps.ts';

/** Only these timers can hold a delivery of the status, so no index of deliveries is needed. */
const TIMERS_WITH: Record<DeliveryStatus, readonly TimerStatus[]> = {
  pending: ['firing'],
  delivering: ['firing'],
  succeeded: ['firing', 'expired', 'failed'],
  exhausted: ['firing', 'failed'],
};

export interface DeliveryItem {
  timer: Timer;
  delivery: Delivery;
}

/** Lists the deliveries of all the team's timers, newest timer first. */
export async function listDeliveries(
  deps: Deps,
  { principal }: RequestContext,
  { status, limit, cursor }: ListDeliveriesQuery,
): Promise<{ items: DeliveryItem[]; nextCursor: string | null }> {
  const { skip, after } = readPosition(decodeCursor('deliveries', cursor));
  const statuses = status === undefined ? TIMERS_WITH.succeeded : TIMERS_WITH[status];
  const page = await deps.timers
    .list(principal.teamId, { statuses }, limit, after)
    .catch((error: unknown) => {
      throw error instanceof InvalidPosition ? invalidCursor() : error;
    });
  const found = page.timers.flatMap((timer) =>
    timer.deliveries
      .filter((delivery) => status === undefined || delivery.status === status)
      .map((delivery) => ({ timer, delivery })),
  );
  const items = found.slice(skip, skip + limit);
  const isMoreHere = found.length > skip + limit;
  const next = isMoreHere
    ? position(skip + limit, after)
    : page.next === null
      ? null
      : position(0, page.next);
  return { items, nextCursor: encodeCursor('deliveries', next) };
}

/** A timer may have more deliveries than fit a page: the position is a page of timers and how many deliveries to skip in it. */
function position(skip: number, after: string | undefined): string {
  return `${skip}@${after ?? ''}`;
}

function readPosition(text: string | undefined): { skip: number; after?: string } {
  if (text === undefined) return { skip: 0 };
  const [, skip, after] = /^(\d{1,6})@(.*)$/.exec(text) ?? [];
  if (skip === undefined) throw invalidCursor();
  return after === undefined || after === '' ? { skip: Number(skip) } : { skip: Number(skip), after };
}
