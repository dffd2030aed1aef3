import type * as wire from '@minoots/contract';
import type { Team } from '../domain/team/state.ts';
import { toInstant } from './timer.ts';

/** What a team has ordered, as the API shows it: nothing by which the payment service knows it. */
export function toWireBilling({ plan, billing }: Pick<Team, 'plan' | 'billing'>): wire.Billing {
  return {
    plan: plan.id,
    set_by: plan.setBy,
    since: toInstant(plan.since),
    subscription: billing && {
      status: billing.status,
      renews_at: billing.renewsAt === null ? null : toInstant(billing.renewsAt),
      cancels: billing.cancels,
    },
  };
}
