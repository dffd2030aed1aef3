import type { PortalRequest } from '@minoots/contract';
import type { RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { type BillingDeps, payments, reaching, teamOf } from './payments.ts';

/** The page on which a team changes or cancels what it has ordered. */
export async function createPortal(
  deps: BillingDeps,
  { principal }: RequestContext,
  { return_url: returnUrl }: PortalRequest,
): Promise<{ url: string }> {
  const service = payments(deps);
  const { billing } = await teamOf(deps, principal.teamId);
  if (billing === null) throw new MinootsError('not_found', 'The team has ordered nothing yet');
  return reaching(() => service.portal(billing.customerId, returnUrl));
}
