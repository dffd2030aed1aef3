import { InvalidSignature, type PaymentService, type Subscription } from '../../ports/payment-service.ts';
import { MinootsError } from '../errors.ts';
import { changePlan } from '../plans/change.ts';
import { termsOf } from '../plans/terms.ts';
import { type BillingDeps, HISTORY_GRACE_MS, payments, reaching } from './payments.ts';

/**
 * Takes a message of the payment service, which says no more than which subscription to ask about: messages come late,
 * twice and in any order, while what the service answers holds. A repeat changes nothing.
 * @returns whether it was about a subscription of a team here
 */
export async function receivePayment(deps: BillingDeps, body: string, headers: Headers): Promise<boolean> {
  const service = payments(deps);
  const subscriptionId = readMessage(service, body, headers.get(service.signatureHeader) ?? '');
  if (subscriptionId === null) return false;
  const observedAt = deps.clock.now();
  const subscription = await reaching(() => service.subscription(subscriptionId));
  return subscription === null ? false : note(deps, subscription, observedAt);
}

function readMessage(service: PaymentService, body: string, signature: string): string | null {
  try {
    return service.readMessage(body, signature);
  } catch (error) {
    if (error instanceof InvalidSignature) throw new MinootsError('invalid_signature', error.message);
    throw error;
  }
}

async function note(
  deps: BillingDeps,
  { id: subscriptionId, teamId, plan, ...subscription }: Subscription,
  observedAt: number,
): Promise<boolean> {
  const paid = subscription.status === 'ended' || plan === null ? 'free' : plan;
  const { customerId, status, renewsAt, cancels } = subscription;
  const team = await changePlan(deps, teamId, {
    type: 'note-billing',
    actor: 'billing',
    billing: { customerId, subscriptionId, status, renewsAt, cancels, observedAt },
    plan: termsOf(paid, deps),
    graceMs: HISTORY_GRACE_MS,
  });
  return team !== null;
}
