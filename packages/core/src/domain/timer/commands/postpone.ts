import type { Change, PostponedAttempt } from '../commands.ts';
import { entry } from '../log.ts';
import { postponableMs } from '../postponement.ts';
import type { Delivery, Postponement, Timer } from '../state.ts';

/**
 * Gives a claimed attempt back unmade: it does not count, and its number is not used up. It comes due at `until`, or when
 * the delivery can be postponed no longer. An attempt that is not under way any more changes nothing.
 */
export function postpone(timer: Timer, postponed: PostponedAttempt, now: number): Change {
  const { deliveryNumber, attempt, endpointId, pausedAt, until, reason } = postponed;
  const delivery = timer.deliveries.find(({ number }) => number === deliveryNumber);
  if (delivery?.lease?.attempt !== attempt) return { timer, entries: [] };
  const endsAt = now + Math.max(0, postponableMs(delivery, now));
  const nextAttemptAt = Math.min(until ?? endsAt, endsAt);
  const next: Delivery = {
    ...delivery,
    status: 'pending',
    attemptCount: attempt - 1,
    nextAttemptAt,
    lease: null,
    postponement: { ...stretch(delivery, now), status: 'held', endpointId, pausedAt },
  };
  const deliveries = timer.deliveries.map((other) => (other === delivery ? next : other));
  const data = { delivery: deliveryNumber, endpoint_id: endpointId };
  const isTold = timer.deliveries.some(
    ({ postponement }) => postponement?.endpointId === endpointId && postponement.pausedAt === pausedAt,
  );
  const entries = isTold ? [] : [entry(now, 'delivery.postponed', reason, data)];
  return { timer: { ...timer, deliveries }, entries };
}

/** How long the delivery has been waiting already. */
function stretch({ postponement }: Delivery, now: number): Pick<Postponement, 'since' | 'beforeMs'> {
  if (postponement === undefined) return { since: now, beforeMs: 0 };
  const { status, since, beforeMs } = postponement;
  return { since: status === 'over' ? now : since, beforeMs };
}
