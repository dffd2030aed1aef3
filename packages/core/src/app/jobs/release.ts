import type { ReleaseJobRequest } from '@minoots/contract';
import { applyCommand } from '../apply-command.ts';
import type { DeliveryItem } from '../deliveries/list.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { deliveryOf, jobReference } from './held.ts';

/** Puts back a job that its runner gives up, for any to take. @throws MinootsError `not_found`, `lease_lost` */
export async function releaseJob(
  deps: Deps,
  ctx: RequestContext,
  id: string,
  body: ReleaseJobRequest,
): Promise<DeliveryItem> {
  const { key, job, check } = jobReference(ctx, id, body);
  const command = { type: 'release-job', reason: body.reason, ...job } as const;
  const timer = await applyCommand(deps, key, command, { check, commandId: ctx.commandId });
  return deliveryOf(timer, job);
}
