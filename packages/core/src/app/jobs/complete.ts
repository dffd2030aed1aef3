import type { CompleteJobRequest } from '@minoots/contract';
import type * as z from 'zod';
import { applyCommand } from '../apply-command.ts';
import type { DeliveryItem } from '../deliveries/list.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { deliveryOf, jobReference } from './held.ts';
import { outputTail } from './output.ts';

/**
 * Takes in how a job went. A repeat of what was taken in before changes nothing.
 * @throws MinootsError `not_found`, `lease_lost`
 */
export async function completeJob(
  deps: Deps,
  ctx: RequestContext,
  id: string,
  body: z.output<typeof CompleteJobRequest>,
): Promise<DeliveryItem> {
  const { key, job, check } = jobReference(ctx, id, body);
  const { outcome, duration_ms: durationMs, exit_code: exitCode, error } = body;
  const report = { outcome, durationMs, exitCode, error, output: outputTail(body.output_tail) };
  const command = { type: 'complete-job', report, jitter: deps.random.jitter(), ...job } as const;
  const timer = await applyCommand(deps, key, command, { check, commandId: ctx.commandId });
  return deliveryOf(timer, job);
}
