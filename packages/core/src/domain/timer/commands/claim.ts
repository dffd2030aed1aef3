import type { Action } from '../../action.ts';
import { nextGapMs } from '../../retry.ts';
import type { Change, Effect } from '../commands.ts';
import { entry } from '../log.ts';
import type { Delivery, NewLogEntry, Timer } from '../state.ts';
import { settleIfDone } from './settle.ts';

type Leased = Delivery & { lease: NonNullable<Delivery['lease']> };

/** Time beyond its own timeout that an attempt has to report its outcome before it counts as lost, in ms. */
const LEASE_GRACE_MS = 30_000;
const MESSAGE_TIMEOUT_MS = 5_000;

/**
 * Claims every delivery whose attempt is due, with one `deliver` effect each. An attempt whose lease lapsed (or that
 * `abandonLeases` declares lost) is recorded as interrupted and counts, so that an action that kills its process ends.
 */
export function claimDue(change: Change, now: number, abandonLeases: boolean): Change {
  const current = settleIfDone(releaseLost(change, now, abandonLeases), now);
  const isDue = ({ nextAttemptAt }: Delivery) => nextAttemptAt !== null && nextAttemptAt <= now;
  const { timer } = current;
  const effects = timer.deliveries.filter(isDue).map(
    ({ number, attemptCount }): Effect => ({
      type: 'deliver',
      deliveryNumber: number,
      attempt: attemptCount + 1,
    }),
  );
  if (effects.length === 0) return current;
  const deliveries = timer.deliveries.map((delivery) => (isDue(delivery) ? claim(delivery, now) : delivery));
  return { ...current, timer: { ...timer, deliveries }, effects };
}

function claim(delivery: Delivery, now: number): Delivery {
  const attempt = delivery.attemptCount + 1;
  const until = now + timeoutMs(delivery.action) + LEASE_GRACE_MS;
  return {
    ...delivery,
    status: 'delivering',
    attemptCount: attempt,
    nextAttemptAt: null,
    lease: { attempt, startedAt: now, until },
  };
}

function releaseLost(change: Change, now: number, abandon: boolean): Change {
  const { timer } = change;
  const isLost = (delivery: Delivery): delivery is Leased =>
    delivery.lease !== null && (abandon || delivery.lease.until <= now);
  if (!timer.deliveries.some(isLost)) return change;
  const entries = [...change.entries];
  const deliveries = timer.deliveries.map((delivery) =>
    isLost(delivery) ? release(timer, delivery, now, entries) : delivery,
  );
  return { ...change, timer: { ...timer, deliveries }, entries };
}

function release(timer: Timer, delivery: Leased, now: number, entries: NewLogEntry[]): Delivery {
  const { lease, ...rest } = delivery;
  const data = { delivery: delivery.number, attempt: lease.attempt };
  entries.push(
    entry(now, 'delivery.interrupted', `The process stopped during attempt ${lease.attempt}`, data),
  );
  const interrupted = {
    number: lease.attempt,
    at: lease.startedAt,
    durationMs: 0,
    outcome: 'interrupted' as const,
    responseStatus: null,
    responseBody: null,
    error: 'the process stopped during the attempt; its outcome is not known',
  };
  const free = { ...rest, attempts: [...delivery.attempts, interrupted], lease: null };
  const hasNext = nextGapMs(timer.retry, delivery.attemptCount - delivery.roundStart, 0, null) !== null;
  if (hasNext) return { ...free, status: 'pending', nextAttemptAt: now };
  entries.push(entry(now, 'delivery.exhausted', 'No attempt left', data));
  return { ...free, status: 'exhausted', nextAttemptAt: null };
}

function timeoutMs(action: Action): number {
  return 'timeoutMs' in action ? action.timeoutMs : MESSAGE_TIMEOUT_MS;
}
