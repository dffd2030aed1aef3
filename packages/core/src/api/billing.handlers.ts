import { PLANS, type Plan, PlanId } from '@minoots/contract';
import { createCheckout } from '../app/billing/checkout.ts';
import { type BillingDeps, teamOf } from '../app/billing/payments.ts';
import { createPortal } from '../app/billing/portal.ts';
import { type ReceiveDeps, receivePayment } from '../app/billing/receive.ts';
import { setPlan } from '../app/billing/set-plan.ts';
import type { Deps } from '../app/deps.ts';
import { ActiveCounts } from '../app/plans/active-counts.ts';
import { termsOf } from '../app/plans/terms.ts';
import { mostMembers, readUsage } from '../app/plans/usage.ts';
import { FOR_GOOD_MS } from '../domain/team/plan.ts';
import { toWireBilling } from '../wire/billing.ts';
import type { Handlers } from './operation.ts';

/** Handlers of the operations on plans and payments. */
export function billingHandlers(
  deps: ReceiveDeps & Pick<Deps, 'plans' | 'realTime'>,
): Pick<
  Handlers,
  'getBilling' | 'listPlans' | 'getUsage' | 'createCheckout' | 'createPortal' | 'receivePayment' | 'setPlan'
> {
  const activeCounts = new ActiveCounts(deps);
  return {
    async listPlans() {
      return { body: { data: PlanId.options.map((id) => toWirePlan(id, deps)) } };
    },
    async getUsage({ ctx }) {
      const {
        plan,
        activeTimers,
        members,
        historyMs,
        mostMembers: most,
      } = await readUsage({ ...deps, activeCounts }, ctx);
      const { limits, features } = toWirePlan(plan, deps);
      return {
        body: {
          plan,
          used: { active_timers: activeTimers, members },
          limits: { ...limits, history_ms: toWireHistory(historyMs), members: most },
          features,
        },
      };
    },
    async getBilling({ ctx }) {
      return { body: toWireBilling(await teamOf(deps, ctx.principal.teamId)) };
    },
    async createCheckout({ ctx, body }) {
      return { body: await createCheckout(deps, ctx, body) };
    },
    async createPortal({ ctx, body }) {
      return { body: await createPortal(deps, ctx, body) };
    },
    async receivePayment({ text, request }) {
      return { body: { noted: await receivePayment(deps, text, request.headers) } };
    },
    async setPlan({ ctx, params, body }) {
      return { body: toWireBilling(await setPlan(deps, ctx, params.team, body.plan)) };
    },
  };
}

function toWirePlan(id: PlanId, deps: BillingDeps): Plan {
  const { priceUsd, activeTimers, webhookAttempts, requestsPerMinute, features } = PLANS[id];
  return {
    id,
    price_usd_per_month: priceUsd,
    limits: {
      active_timers: activeTimers,
      attempts: webhookAttempts,
      history_ms: toWireHistory(termsOf(id, deps).historyMs),
      requests_per_minute: requestsPerMinute,
      members: mostMembers(id),
    },
    features: [...features],
  };
}

function toWireHistory(historyMs: number): number | null {
  return historyMs >= FOR_GOOD_MS ? null : historyMs;
}
