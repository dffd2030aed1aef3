import type { CheckoutRequest } from '@minoots/contract';
import type { RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { type BillingDeps, payments, reaching, teamOf } from './payments.ts';

/** The page on which a team orders a plan. What was ordered already is changed in the portal, so that nobody pays twice. */
export async function createCheckout(
  deps: BillingDeps,
  { principal }: RequestContext,
  { plan, success_url: successUrl, cancel_url: cancelUrl }: CheckoutRequest,
): Promise<{ url: string }> {
  const service = payments(deps);
  const { id: teamId, billing } = await teamOf(deps, principal.teamId);
  if (billing !== null && billing.status !== 'ended') {
    throw new MinootsError('subscription_exists', 'Change the plan on the page of POST /v1/billing/portal');
  }
  const customerId = billing?.customerId ?? null;
  const email = principal.person?.email ?? null;
  return reaching(() => service.checkout({ teamId, plan, customerId, email, successUrl, cancelUrl }));
}
