import { isRenewed } from '../../domain/team/commands/delete.ts';
import { InvalidSignature, type PaymentService, type Subscription } from '../../ports/payment-service.ts';
import type { Deps } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { changePlan } from '../plans/change.ts';
import { termsOf } from '../plans/terms.ts';
import { type BillingDeps, HISTORY_GRACE_MS, payments, reaching } from './payments.ts';

/** What it takes to hear of payments. */
export type ReceiveDeps = BillingDeps & Pick<Deps, 'logger'>;

/**
 * Takes a message of the payment service, which says no more than which subscription to ask about: messages come late,
 * twice and in any order, while what the service answers holds. A repeat changes nothing. What was ordered before a team was
 * deleted, and is paid for after that, is cancelled.
 * @returns whether it was about a subscription of a team here
 */
export async function receivePayment(deps: ReceiveDeps, body: string, headers: Headers): Promise<boolean> {
  const service = payments(deps);
  const subscriptionId = readMessage(service, body, headers.get(service.signatureHeader) ?? '');
  if (subscriptionId === null) return false;
  const observedAt = deps.clock.now();
  const subscription = await reaching(() => service.subscription(subscriptionId));
  if (subscription === null) return false;
  if (await note(deps, subscription, observedAt)) return true;
  if (isRenewed(subscription)) await endForsaken(deps, service, subscription);
  return false;
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

/**
 * Ends what is paid for a team that was deleted: nobody is left who could. A team that is not known here may be one of another
 * deployment which shares the account of the payment service.
 */
async function endForsaken(
  { teams, logger }: ReceiveDeps,
  service: PaymentService,
  { id: subscriptionId, teamId }: Subscription,
): Promise<void> {
  const fields = { teamId, subscriptionId };
  if ((await teams.get(teamId)) === null) {
    const message =
      'a team that is not there is paid for: unless it is of another deployment, cancel and refund its subscription by hand';
    return logger.error(fields, message);
  }
  // First, since the message does not come again once it is cancelled.
  logger.error(
    fields,
    'a team that was deleted is paid for: its subscription is cancelled, and is to be refunded by hand',
  );
  await reaching(() => service.cancel(subscriptionId));
}
