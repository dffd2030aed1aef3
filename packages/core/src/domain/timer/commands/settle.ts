import type { Change } from '../commands.ts';
import { isOver, withDeliveries } from '../deliveries.ts';
import { entry } from '../log.ts';

/**
 * Ends a firing timer once what its expiry set off is through: expired when all of it succeeded, failed when a delivery is
 * exhausted, which sets off the actions for failure.
 */
export function settleIfDone(change: Change, now: number): Change {
  const { timer } = change;
  if (timer.status !== 'firing') return change;
  const awaited = timer.deliveries.filter(({ trigger }) => trigger === 'expire');
  if (!awaited.every(isOver)) return change;
  const exhausted = awaited.filter(({ status }) => status === 'exhausted').length;
  if (exhausted === 0) {
    const last = entry(now, 'timer.expired', 'All actions delivered');
    return {
      ...change,
      timer: { ...timer, status: 'expired', settledAt: now },
      entries: [...change.entries, last],
    };
  }
  const last = entry(now, 'timer.failed', `${exhausted} of ${awaited.length} deliveries exhausted`);
  const failed = withDeliveries({ ...timer, status: 'failed', settledAt: now }, 'failure', now);
  return { ...change, timer: failed, entries: [...change.entries, last] };
}
