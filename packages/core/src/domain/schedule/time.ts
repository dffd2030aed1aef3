import type { Schedule } from './state.ts';

/** Time that a change of the plan has to become a change of timers, before others look after it, in ms. */
const SETTLE_GRACE_MS = 30_000;
/** Time that an occurrence has to tell that it came due, before others look after it, in ms. */
const TELL_GRACE_MS = 90_000;

/**
 * When somebody has to look whether the schedule goes on, in epoch ms; null when it need not. That is for recovery
 * alone: an occurrence that comes due sees to the one that follows.
 */
export function checkAt({ unsettledSince, status, next }: Schedule): number | null {
  if (unsettledSince !== null) return unsettledSince + SETTLE_GRACE_MS;
  return status === 'active' && next !== null ? next.at + TELL_GRACE_MS : null;
}
