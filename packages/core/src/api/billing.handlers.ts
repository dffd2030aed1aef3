import { createCheckout } from '../app/billing/checkout.ts';
import { type BillingDeps, teamOf } from '../app/billing/payments.ts';
import { createPortal } from '../app/billing/portal.ts';
import { receivePayment } from '../app/billing/receive.ts';
import { setPlan } from '../app/billing/set-plan.ts';
import { toWireBilling } from '../wire/billing.ts';
import type { Handlers } from './operation.ts';

/** Handlers of the operations on plans and payments. */
export function billingHandlers(
  deps: BillingDeps,
): Pick<Handlers, 'getBilling' | 'createCheckout' | 'createPortal' | 'receivePayment' | 'setPlan'> {
  return {
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
