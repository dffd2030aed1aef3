import type { Change } from '../commands.ts';
import { entry } from '../log.ts';

/** Ends a firing timer once every delivery is through: expired when all succeeded, failed when one is exhausted. */
export function settleIfDone(change: Change, now: number): Change {
  const { timer } = change;
  if (timer.status !== 'firing') return change;
  if (timer.deliveries.some(({ status }) => status === 'pending' || status === 'delivering')) return change;
  const exhausted = timer.deliveries.filter(({ status }) => status === 'exhausted').length;
  const last =
    exhausted === 0
      ? entry(now, 'timer.expired', 'All actions delivered')
      : entry(now, 'timer.failed', `${exhausted} of ${timer.deliveries.length} deliveries exhausted`);
  const status = exhausted === 0 ? 'expired' : 'failed';
  return { ...change, timer: { ...timer, status, settledAt: now }, entries: [...change.entries, last] };
}
