import type { PortableTimer } from '@minoots/contract';
import { MAX_SPAN_MS } from '../../domain/duration.ts';
import { type Rejection, reject } from '../../domain/rejection.ts';
import { isOver } from '../../domain/timer/deliveries.ts';

/**
 * How far ahead an instant may be, in ms. Twice what a request may ask for: a server whose clock is ahead of this one's
 * took it already.
 */
export const MAX_AHEAD_MS = 2 * MAX_SPAN_MS;

/** Above what any attempt may take, in ms: a lease that ends later cannot be one. */
const LONGEST_LEASE_MS = 3_600_000;

/** What of a portable timer cannot be so, though each of its fields can; null when nothing is amiss. */
export function misfitOf(timer: PortableTimer, now: number): Rejection | null {
  const { clock, depends_on: parents, depends_on_when: when, on_dependency_failure: onFailure } = timer;
  const invalid = (message: string, pointer: string) => reject('invalid_request', message, pointer);
  if (parents.length > 0 !== (when !== null) || (when !== null) !== (onFailure !== null)) {
    return invalid('goes with depends_on_when and on_dependency_failure, all or none', '/depends_on');
  }
  if (new Set(parents.map(({ id }) => id)).size < parents.length)
    return invalid('names a timer twice', '/depends_on');
  if (timer.occurrence !== undefined && timer.schedule_id === null)
    return invalid('goes with schedule_id', '/occurrence');
  if ((timer.conditions === null) !== (timer.on_unmet === null)) {
    return invalid('goes with conditions', '/on_unmet');
  }
  if ('fire_at' in clock && Date.parse(clock.fire_at) - now > MAX_AHEAD_MS) {
    return invalid('must be within 20 years', '/clock/fire_at');
  }
  return misfitOfDeliveries(timer, now);
}

function misfitOfDeliveries({ clock, deliveries }: PortableTimer, now: number): Rejection | null {
  const numbers = deliveries.map(({ number }) => number);
  if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))) {
    return reject('invalid_request', 'must be in the order of their numbers', '/deliveries');
  }
  for (const [index, delivery] of deliveries.entries()) {
    const { event, status, next_attempt_at: next, queued_at: queued, lease } = delivery;
    const pointer = `/deliveries/${index}`;
    const isOfFiring = event === 'timer.expired' || event === 'timer.failed';
    if (event !== 'timer.progress' && !(isOfFiring && clock.status === 'firing')) {
      return reject('invalid_request', `cannot be there while the timer is ${clock.status}`, pointer);
    }
    const times = { pending: next, queued, delivering: lease };
    if (Object.entries(times).some(([of, time]) => (of === status) !== (time !== null))) {
      return reject('invalid_request', `a ${status} delivery has other times`, pointer);
    }
    if (lease !== null && Date.parse(lease.until) - now > LONGEST_LEASE_MS) {
      return reject('invalid_request', 'must be within an hour', `${pointer}/lease/until`);
    }
  }
  const isDelivering = deliveries.some(
    ({ event, status }) => event === 'timer.expired' && !isOver({ status }),
  );
  return clock.status === 'firing' && !isDelivering
    ? reject('invalid_request', 'a firing timer has a delivery under way', '/deliveries')
    : null;
}
