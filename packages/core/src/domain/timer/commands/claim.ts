import { isForRunner, type ServiceAction } from '../../action.ts';
import type { Change, Effect } from '../commands.ts';
import type { Delivery, Lease } from '../state.ts';
import { isHeldHere, takeBackLost } from './lost.ts';
import { giveUpUntaken, queueDue } from './queue.ts';
import { settleIfDone } from './settle.ts';

/** Time beyond its own timeout that an attempt has to report its outcome before it counts as lost, in ms. */
const LEASE_GRACE_MS = 30_000;
const MESSAGE_TIMEOUT_MS = 15_000;

/**
 * Claims every delivery whose attempt is due, with one `deliver` effect each, and queues those that runners make. A job
 * that none has taken in time is given up, and an attempt whose lease lapsed (or that `abandonLeases` declares lost) counts as interrupted.
 */
export function claimDue(change: Change, now: number, abandonLeases: boolean): Change {
  const isLost = (lease: Lease) => lease.until <= now || (abandonLeases && isHeldHere(lease));
  const current = queueDue(settleIfDone(giveUpUntaken(takeBackLost(change, isLost, now), now), now), now);
  const { timer } = current;
  const effects: Effect[] = [];
  const deliveries = timer.deliveries.map((delivery): Delivery => {
    const { number, action, nextAttemptAt } = delivery;
    if (nextAttemptAt === null || nextAttemptAt > now || isForRunner(action)) return delivery;
    const attempt = delivery.attemptCount + 1;
    effects.push({ type: 'deliver', deliveryNumber: number, attempt });
    const until = now + timeoutMs(action) + LEASE_GRACE_MS;
    return lease(delivery, { attempt, startedAt: now, until });
  });
  return effects.length === 0 ? current : { ...current, timer: { ...timer, deliveries }, effects };
}

/** A delivery whose next attempt is under way. */
export function lease(delivery: Delivery, given: Lease): Delivery {
  const { queuedAt: _, graceUntil: __, ...rest } = delivery;
  return {
    ...rest,
    status: 'delivering',
    attemptCount: given.attempt,
    nextAttemptAt: null,
    lease: given,
  };
}

function timeoutMs(action: ServiceAction): number {
  return 'timeoutMs' in action ? action.timeoutMs : MESSAGE_TIMEOUT_MS;
}
