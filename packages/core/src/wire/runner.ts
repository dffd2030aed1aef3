import type * as wire from '@minoots/contract';
import type { TakenJob } from '../app/jobs/take.ts';
import { isOnline } from '../app/runners/list.ts';
import type { RunnerRecord } from '../ports/runner-store.ts';
import { deliveryId } from './delivery-id.ts';
import { toInstant } from './timer.ts';

/** A runner as the API shows it at the instant `now`. */
export function toWireRunner(runner: RunnerRecord, now: number): wire.Runner {
  return {
    id: runner.id,
    name: runner.name,
    labels: runner.labels,
    accepts: runner.accepts,
    registered_at: toInstant(runner.registeredAt),
    last_seen_at: toInstant(runner.lastSeenAt),
    online: isOnline(runner, now),
  };
}

/** A job as its runner gets it. */
export function toWireJob({ timer, delivery, lease, action }: TakenJob): wire.Job {
  return {
    id: deliveryId(timer, delivery.number),
    attempt: lease.attempt,
    timer: { id: timer.id, name: timer.name },
    action,
    lease_until: toInstant(lease.until),
  };
}
