import { PLANS } from '@minoots/contract';
import { type TeamTransition, transition } from '../../domain/team/transition.ts';
import { InvalidSignature, type PaymentService, type Subscription } from '../../ports/payment-service.ts';
import type { TeamDecision } from '../../ports/team-store.ts';
import { MinootsError, unwrap } from '../errors.ts';
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

function note(
  { teams, clock }: BillingDeps,
  { id: subscriptionId, teamId, plan, ...subscription }: Subscription,
  observedAt: number,
): Promise<boolean> {
  const paid = subscription.status === 'ended' || plan === null ? 'free' : plan;
  const { customerId, status, renewsAt, cancels } = subscription;
  return teams.update<boolean>(teamId, (team): TeamDecision<boolean> => {
    if (team === null) return { result: false };
    const changed: TeamTransition = unwrap(
      transition(
        team,
        {
          type: 'note-billing',
          actor: 'billing',
          billing: { customerId, subscriptionId, status, renewsAt, cancels, observedAt },
          plan: { id: paid, historyMs: PLANS[paid].historyMs },
          graceMs: HISTORY_GRACE_MS,
        },
        clock.now(),
      ),
    );
    return changed.team === team
      ? { result: true }
      : { save: changed.team, notes: changed.notes, result: true };
  });
}
