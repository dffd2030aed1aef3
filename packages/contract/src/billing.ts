import * as z from 'zod';
import { Feature, PlanId } from './plans.ts';
import { Instant } from './primitives.ts';

const returnUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(2048)
  .meta({ example: 'https://app.example.com/billing' });

/** Orders a plan that costs something. */
export const CheckoutRequest = z
  .strictObject({
    plan: PlanId.exclude(['free']),
    /** Where the person comes back to once it is paid. */
    success_url: returnUrl,
    /** Where the person comes back to who changes their mind. */
    cancel_url: returnUrl,
  })
  .meta({ id: 'CheckoutRequest' });
export type CheckoutRequest = z.infer<typeof CheckoutRequest>;

export const PortalRequest = z.strictObject({ return_url: returnUrl }).meta({ id: 'PortalRequest' });
export type PortalRequest = z.infer<typeof PortalRequest>;

/** A page of the payment service, for a person to be sent to. */
export const BillingPage = z.object({ url: z.string() }).meta({ id: 'BillingPage' });
export type BillingPage = z.infer<typeof BillingPage>;

/** `ended`: it gives no plan, be it cancelled or never paid. `past_due`: a payment failed and is tried again. */
export const SubscriptionStatus = z.enum(['active', 'past_due', 'ended']).meta({ id: 'SubscriptionStatus' });
export type SubscriptionStatus = z.infer<typeof SubscriptionStatus>;

/** What a team has ordered, and what becomes of it. */
export const Billing = z
  .object({
    plan: PlanId,
    /** Who set the plan: nobody, an operator, or the payments. */
    set_by: z.enum(['default', 'admin', 'billing']),
    since: Instant,
    /** Null where nothing was ever ordered. */
    subscription: z
      .object({
        status: SubscriptionStatus,
        /** When it is paid for again, or ends; null when it has ended. */
        renews_at: Instant.nullable(),
        /** Whether it ends then. */
        cancels: z.boolean(),
      })
      .nullable(),
  })
  .meta({ id: 'Billing' });
export type Billing = z.infer<typeof Billing>;

const limits = z.object({
  /** Timers that have not ended; null where there is no limit. */
  active_timers: z.int().nullable(),
  /** Attempts at an action, the first included; null where there is no limit but those of `retry`. */
  attempts: z.int().nullable(),
  /**
   * How long a timer is kept once it has ended, null for good; of a team as it is now, longer for a while after a change to
   * a smaller plan.
   */
  history_ms: z.int().nullable(),
  /** Of each API key, and of each person. */
  requests_per_minute: z.int(),
  /** People in a team. */
  members: z.int(),
});

/** What a plan costs, allows and switches on. */
export const Plan = z
  .object({ id: PlanId, price_usd_per_month: z.int(), limits, features: z.array(Feature) })
  .meta({ id: 'Plan' });
export type Plan = z.infer<typeof Plan>;

/** The plans, the cheapest first. */
export const PlanList = z.object({ data: z.array(Plan) }).meta({ id: 'PlanList' });
export type PlanList = z.infer<typeof PlanList>;

/** What a team uses, and what it may. */
export const Usage = z
  .object({
    plan: PlanId,
    used: z.object({
      /** Those that count: a redelivery does not, nor does an occurrence that waits for a place. Up to 10 s old where they have no limit. */
      active_timers: z.int(),
      members: z.int(),
    }),
    limits,
    features: z.array(Feature),
  })
  .meta({ id: 'Usage' });
export type Usage = z.infer<typeof Usage>;

/** Answer to a message of the payment service. */
export const PaymentReceipt = z
  .object({
    /** False of a message that says nothing about a subscription. */
    noted: z.boolean(),
  })
  .meta({ id: 'PaymentReceipt' });
export type PaymentReceipt = z.infer<typeof PaymentReceipt>;

/** Puts a team on a plan by hand. */
export const SetPlanRequest = z.strictObject({ plan: PlanId }).meta({ id: 'SetPlanRequest' });
export type SetPlanRequest = z.infer<typeof SetPlanRequest>;
