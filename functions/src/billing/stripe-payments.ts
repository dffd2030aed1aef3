import type { PlanId, SubscriptionStatus } from '@minoots/contract';
import {
  type Checkout,
  InvalidSignature,
  type PaidSubscription,
  type PaymentService,
  PaymentsUnreachable,
} from '@minoots/core';
import { Stripe } from 'stripe';

type PaidPlan = Exclude<PlanId, 'free'>;

export interface StripeSettings {
  secretKey: string;
  /** `whsec_…` of the endpoint that messages are sent to. */
  webhookSecret: string;
  /** The price of each plan that is sold, `price_…`. */
  prices: Readonly<Record<PaidPlan, string>>;
  /** Where Stripe is, for tests. */
  server?: { protocol: 'http'; host: string; port: number };
}

/** Where a subscription keeps which team it is for. */
const TEAM = 'team_id';
const TIMEOUT_MS = 10_000;
/** How long a page to order on is there: half as long as a deleted team is remembered. Stripe takes no less than half an hour. */
const CHECKOUT_S = 3_600;

/** What a status of Stripe means for the plan. A payment that failed leaves it as it is until Stripe gives up. */
const STATUSES: Readonly<Record<string, SubscriptionStatus>> = {
  active: 'active',
  trialing: 'active',
  past_due: 'past_due',
};

/** Payments by Stripe: its own pages for ordering and changing, and messages about what became of it. */
export class StripePayments implements PaymentService {
  readonly signatureHeader = 'stripe-signature';
  readonly #stripe: Stripe;
  readonly #settings: StripeSettings;
  readonly #now: () => number;

  /** @param now real time, which is that of Stripe, in epoch ms */
  constructor(settings: StripeSettings, now: () => number = Date.now) {
    this.#settings = settings;
    this.#now = now;
    this.#stripe = new Stripe(settings.secretKey, {
      timeout: TIMEOUT_MS,
      telemetry: false,
      maxNetworkRetries: 1,
      ...settings.server,
    });
  }

  async checkout({
    teamId,
    plan,
    customerId,
    email,
    successUrl,
    cancelUrl,
  }: Checkout): Promise<{ url: string }> {
    const metadata = { [TEAM]: teamId };
    const payer =
      customerId === null ? (email === null ? {} : { customer_email: email }) : { customer: customerId };
    const session = await reaching(() =>
      this.#stripe.checkout.sessions.create({
        mode: 'subscription',
        line_items: [{ price: this.#settings.prices[plan], quantity: 1 }],
        subscription_data: { metadata },
        metadata,
        client_reference_id: teamId,
        expires_at: Math.floor(this.#now() / 1_000) + CHECKOUT_S,
        success_url: successUrl,
        cancel_url: cancelUrl,
        ...payer,
      }),
    );
    if (session.url === null) throw new Error(`Stripe gave no page for the checkout ${session.id}`);
    return { url: session.url };
  }

  async portal(customerId: string, returnUrl: string): Promise<{ url: string }> {
    const session = await reaching(() =>
      this.#stripe.billingPortal.sessions.create({ customer: customerId, return_url: returnUrl }),
    );
    return { url: session.url };
  }

  readMessage(body: string, signature: string): string | null {
    const event = this.#verified(body, signature);
    switch (event.type) {
      case 'customer.subscription.created':
      case 'customer.subscription.updated':
      case 'customer.subscription.deleted':
      case 'customer.subscription.paused':
      case 'customer.subscription.resumed':
        return event.data.object.id;
      case 'checkout.session.completed':
        return idOf(event.data.object.subscription);
      default:
        return null;
    }
  }

  async subscription(id: string): Promise<PaidSubscription | null> {
    const found = await unlessMissing(() => this.#stripe.subscriptions.retrieve(id));
    const teamId = found?.metadata[TEAM];
    if (found === null || teamId === undefined) return null;
    const [item] = found.items.data;
    const status = STATUSES[found.status] ?? 'ended';
    return {
      id: found.id,
      customerId: idOf(found.customer) ?? '',
      teamId,
      plan: this.#planOf(item?.price.id),
      status,
      renewsAt: status === 'ended' || item === undefined ? null : item.current_period_end * 1_000,
      cancels: found.cancel_at_period_end,
    };
  }

  /** For Stripe a subscription that was cancelled is missing from then on. */
  async cancel(subscriptionId: string): Promise<void> {
    await unlessMissing(() => this.#stripe.subscriptions.cancel(subscriptionId));
  }

  #verified(body: string, signature: string) {
    try {
      return this.#stripe.webhooks.constructEvent(body, signature, this.#settings.webhookSecret);
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError)
        throw new InvalidSignature('Stripe has not sent this, or not within the last five minutes');
      throw error;
    }
  }

  #planOf(price: string | undefined): PaidPlan | null {
    const { prices } = this.#settings;
    if (price === prices.pro) return 'pro';
    return price === prices.enterprise ? 'enterprise' : null;
  }
}

function idOf(reference: string | { id: string } | null): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null);
}

/** @returns null of what is not there */
async function unlessMissing<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await reaching(ask);
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing')
      return null;
    throw error;
  }
}

/** @throws PaymentsUnreachable for what passes by itself; every other error as it is */
async function reaching<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const { StripeAPIError, StripeConnectionError, StripeRateLimitError } = Stripe.errors;
    const passes =
      error instanceof StripeAPIError ||
      error instanceof StripeConnectionError ||
      error instanceof StripeRateLimitError;
    if (passes) throw new PaymentsUnreachable('Stripe does not answer at present', { cause: error });
    throw error;
  }
}
