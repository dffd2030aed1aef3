import type { Action } from '../../action.ts';
import { nextGapMs } from '../../retry.ts';
import type { Change, Effect } from '../commands.ts';
import { entry } from '../log.ts';
import { type Delivery, MAX_ATTEMPTS_KEPT, type NewLogEntry, type Timer } from '../state.ts';
import { settleIfDone } from './settle.ts';

/** Time beyond its own timeout that an attempt has to report its outcome before it counts as lost, in ms. */
const LEASE_GRACE_MS = 30_000;
const MESSAGE_TIMEOUT_MS = 5_000;

/**
 * Claims every delivery whose attempt is due, with one `deliver` effect each. An attempt whose lease lapsed (or that
 * `abandonLeases` declares lost) is recorded as interrupted and counts, so that an action that kills its process ends.
 */
export function claimDue(change: Change, now: number, abandonLeases: boolean): Change {
  const { timer } = change;
  const entries: NewLogEntry[] = [...change.entries];
  const effects: Effect[] = [...(change.effects ?? [])];
  const deliveries = timer.deliveries.map((delivery) => {
    const free = releaseLost(timer, delivery, now, abandonLeases, entries);
    if (free.nextAttemptAt === null || free.nextAttemptAt > now) return free;
    const attempt = free.attemptCount + 1;
    effects.push({ type: 'deliver', deliveryNumber: free.number, attempt });
    return claim(free, attempt, now);
  });
  const same = deliveries.every((delivery, index) => delivery === timer.deliveries[index]);
  if (same) return { ...change, entries, effects };
  return settleIfDone({ timer: { ...timer, deliveries }, entries, effects }, now);
}

function claim(delivery: Delivery, attempt: number, now: number): Delivery {
  const until = now + timeoutMs(delivery.action) + LEASE_GRACE_MS;
  return {
    ...delivery,
    status: 'delivering',
    attemptCount: attempt,
    nextAttemptAt: null,
    lease: { attempt, startedAt: now, until },
  };
}

function releaseLost(
  timer: Timer,
  delivery: Delivery,
  now: number,
  abandon: boolean,
  entries: NewLogEntry[],
): Delivery {
  const { lease } = delivery;
  if (lease === null || (!abandon && lease.until > now)) return delivery;
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
  const attempts = [...delivery.attempts, interrupted].slice(-MAX_ATTEMPTS_KEPT);
  const hasNext = nextGapMs(timer.retry, delivery.attemptCount - delivery.roundStart, 0, null) !== null;
  if (hasNext) return { ...delivery, status: 'pending', attempts, lease: null, nextAttemptAt: now };
  entries.push(entry(now, 'delivery.exhausted', 'No attempt left', data));
  return { ...delivery, status: 'exhausted', attempts, lease: null, nextAttemptAt: null };
}

function timeoutMs(action: Action): number {
  return action.type === 'webhook' ? action.timeoutMs : MESSAGE_TIMEOUT_MS;
}
