import { JOB_LEASE_MS, type JobHeartbeatRequest } from '@minoots/contract';
import type * as z from 'zod';
import { entry } from '../../domain/timer/log.ts';
import { applyCommand } from '../apply-command.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { toEvent } from '../event.ts';
import { jobReference } from './held.ts';
import { outputTail } from './output.ts';

/**
 * Lets a runner hold a job for longer, and tells readers of events what its command has written so far.
 * @returns until when, epoch ms
 * @throws MinootsError `not_found`, `lease_lost`
 */
export async function heartbeatJob(
  deps: Deps,
  ctx: RequestContext,
  id: string,
  body: z.output<typeof JobHeartbeatRequest>,
): Promise<number> {
  const { key, job, check } = jobReference(ctx, id, body);
  const timer = await applyCommand(
    deps,
    key,
    { type: 'renew-job', leaseMs: JOB_LEASE_MS, ...job },
    { check },
  );
  const lease = timer.deliveries.find(({ number }) => number === job.deliveryNumber)?.lease;
  if (!lease) throw new Error(`timer ${timer.id} renewed a lease that it does not have`);
  const tail = outputTail(body.output_tail ?? '');
  if (tail !== null) {
    const data = { delivery: job.deliveryNumber, attempt: job.attempt, output_tail: tail };
    const output = entry(deps.clock.now(), 'delivery.output', 'The end of its output so far', data);
    await deps.events.publish([toEvent(timer, output, false)]);
  }
  return lease.until;
}
