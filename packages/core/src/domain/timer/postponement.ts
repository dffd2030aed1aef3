import { MAX_POSTPONED_MS } from '../endpoint/state.ts';
import type { Delivery, Timer } from './state.ts';

/** For how long a delivery can still be postponed, in ms; 0 or less when that is used up. */
export function postponableMs({ postponement }: Delivery, now: number): number {
  if (postponement === undefined) return MAX_POSTPONED_MS;
  const { status, since, beforeMs } = postponement;
  return MAX_POSTPONED_MS - beforeMs - (status === 'over' ? 0 : now - since);
}

/** A delivery once an attempt has been made at it. */
export function afterPostponement(delivery: Delivery, attemptedAt: number): Delivery {
  const { postponement } = delivery;
  if (postponement === undefined || postponement.status === 'over') return delivery;
  const beforeMs = postponement.beforeMs + Math.max(0, attemptedAt - postponement.since);
  return { ...delivery, postponement: { ...postponement, status: 'over', beforeMs } };
}

/** Whether a delivery waits for its endpoint to resume. */
export function isHeld({ status, postponement }: Delivery): boolean {
  return status === 'pending' && postponement?.status === 'held';
}

/** The endpoints that deliveries of a timer wait for, each once. */
export function awaitedEndpoints({ deliveries }: Pick<Timer, 'deliveries'>): string[] {
  const ids = deliveries.filter(isHeld).flatMap(({ postponement }) => postponement?.endpointId ?? []);
  return [...new Set(ids)];
}
