import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Billing, BillingPage, PaymentReceipt } from '@minoots/contract';
import { ApiClient } from '@minoots/core/testing';
import { Stripe } from 'stripe';
import { StripePayments } from '../src/billing/stripe-payments.ts';
import { type EngineUnderTest, startEngineUnderTest } from './support/engine-under-test.ts';
import { type MeteredFirestore, openMeteredFirestore } from './support/firestore.ts';
import { StripeServer } from './support/stripe-server.ts';

const WEBHOOK_SECRET = 'whsec_test_of_billing';
const PAGES = { success_url: 'https://app.example.com/paid', cancel_url: 'https://app.example.com/plans' };

describe('the billing of the Firebase engine', () => {
  let database: MeteredFirestore;
  let stripe: StripeServer;
  let engine: EngineUnderTest;
  let owner: ApiClient;
  let teamId: string;

  beforeEach(async () => {
    database = await openMeteredFirestore();
    stripe = new StripeServer();
    const payments = new StripePayments({
      secretKey: 'sk_test_1',
      webhookSecret: WEBHOOK_SECRET,
      prices: { pro: 'price_pro', enterprise: 'price_enterprise' },
      server: await stripe.start(),
    });
    engine = await startEngineUnderTest(database.firestore, 'virtual', { payments });
    owner = await signedIn('ada@example.com');
    teamId = (await owner.create()).team_id;
    stripe.answers.set('POST /v1/checkout/sessions', {
      body: { id: 'cs_1', url: 'https://pay.example/cs_1' },
    });
    stripe.answers.set('POST /v1/billing_portal/sessions', {
      body: { id: 'bps_1', url: 'https://pay.example/p' },
    });
  });
  afterEach(async () => {
    await engine.close();
    await stripe.close();
    await database.close();
  });

  async function signedIn(email: string): Promise<ApiClient> {
    const key = await engine.signIn?.({ email, emailVerified: true });
    return new ApiClient({ baseUrl: engine.baseUrl, key: key ?? '' });
  }
  const order = (plan: string) =>
    owner.read(BillingPage, 201, 'POST', '/v1/billing/checkout', { body: { plan, ...PAGES } });
  const billing = () => owner.get(Billing, '/v1/billing');

  /** Lets Stripe say from now on how a subscription stands. */
  function subscribe(id: string, status: string, price: string, changes: object = {}): void {
    const items = { object: 'list', data: [{ price: { id: price }, current_period_end: 1_900_000_000 }] };
    const metadata = { team_id: teamId };
    const body = {
      id,
      object: 'subscription',
      customer: 'cus_1',
      metadata,
      status,
      cancel_at_period_end: false,
      items,
    };
    stripe.answers.set(`GET /v1/subscriptions/${id}`, { body: { ...body, ...changes } });
  }

  /** Sends a message as Stripe does, about a subscription. */
  function tell(id: string, { secret = WEBHOOK_SECRET, type = 'customer.subscription.updated' } = {}) {
    const payload = JSON.stringify({
      id: 'evt_1',
      object: 'event',
      type,
      data: { object: { id, name: 'Zoë ☕' } },
    });
    const signature = new Stripe('sk_test_1').webhooks.generateTestHeaderString({ payload, secret });
    const headers = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature };
    return fetch(`${engine.baseUrl}/v1/billing/webhook`, { method: 'POST', headers, body: payload });
  }
  const noted = async (id: string) => PaymentReceipt.parse(await (await tell(id)).json()).noted;

  it('sends the owner to pay, and gives the team the plan once it is paid', async () => {
    expect(await order('enterprise')).toEqual({ url: 'https://pay.example/cs_1' });
    expect(stripe.requests.at(-1)?.form).toMatchObject({
      'line_items[0][price]': 'price_enterprise',
      'subscription_data[metadata][team_id]': teamId,
      customer_email: 'ada@example.com',
    });
    expect(await billing()).toMatchObject({ plan: 'pro', set_by: 'default', subscription: null });
    subscribe('sub_1', 'active', 'price_enterprise');
    expect(await noted('sub_1')).toBe(true);
    expect(await billing()).toMatchObject({
      plan: 'enterprise',
      set_by: 'billing',
      subscription: { status: 'active', renews_at: '2030-03-17T17:46:40.000Z', cancels: false },
    });
  });

  it('takes the plan back when the subscription ends, and leaves it while a payment is tried again', async () => {
    subscribe('sub_1', 'active', 'price_enterprise');
    await noted('sub_1');
    subscribe('sub_1', 'past_due', 'price_enterprise');
    await noted('sub_1');
    expect(await billing()).toMatchObject({ plan: 'enterprise', subscription: { status: 'past_due' } });
    subscribe('sub_1', 'canceled', 'price_enterprise');
    await noted('sub_1');
    expect(await billing()).toMatchObject({
      plan: 'free',
      subscription: { status: 'ended', renews_at: null },
    });
  });

  it('goes by what Stripe says now, however often and in whatever order its messages come', async () => {
    subscribe('sub_1', 'active', 'price_enterprise');
    await Promise.all(Array.from({ length: 5 }, () => noted('sub_1')));
    expect((await billing()).plan).toBe('enterprise');
    subscribe('sub_1', 'canceled', 'price_enterprise');
    for (const type of ['customer.subscription.deleted', 'customer.subscription.created'])
      await tell('sub_1', { type });
    expect((await billing()).plan).toBe('free');
  });

  it('does not take a second order where something is paid for, and has the page to change it', async () => {
    expect((await owner.refusal(404, 'POST', '/v1/billing/portal', portal())).code).toBe('not_found');
    subscribe('sub_1', 'active', 'price_pro');
    await noted('sub_1');
    const body = { plan: 'enterprise', ...PAGES };
    expect((await owner.refusal(409, 'POST', '/v1/billing/checkout', { body })).code).toBe(
      'subscription_exists',
    );
    expect(await owner.read(BillingPage, 201, 'POST', '/v1/billing/portal', portal())).toEqual({
      url: 'https://pay.example/p',
    });
    expect(stripe.requests.at(-1)?.form).toMatchObject({ customer: 'cus_1' });
  });

  it('counts for keys that the team has already', async () => {
    const plans = async () => (await owner.get(Billing, '/v1/billing')).plan;
    expect(await plans()).toBe('pro');
    subscribe('sub_1', 'active', 'price_enterprise');
    await noted('sub_1');
    expect(await plans()).toBe('enterprise');
  });

  it('refuses messages that Stripe has not signed', async () => {
    subscribe('sub_1', 'active', 'price_enterprise');
    const answer = await tell('sub_1', { secret: 'whsec_of_somebody_else' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'invalid_signature' });
    expect((await billing()).plan).toBe('pro');
  });

  it('lets Stripe try again when it does not answer, and takes no note of what is not ours', async () => {
    stripe.answers.set('GET /v1/subscriptions/sub_1', {
      status: 500,
      body: { error: { type: 'api_error' } },
    });
    expect((await tell('sub_1')).status).toBe(503);
    expect(await noted('sub_unknown')).toBe(false);
    subscribe('sub_2', 'active', 'price_pro', { metadata: {} });
    expect(await noted('sub_2')).toBe(false);
    subscribe('sub_3', 'active', 'price_pro', { metadata: { team_id: 'team_nobody' } });
    expect(await noted('sub_3')).toBe(false);
  });

  it('is for owners alone to order by, and for API keys not at all', async () => {
    const body = { plan: 'pro', ...PAGES };
    const key = new ApiClient(engine);
    expect((await key.refusal(403, 'POST', '/v1/billing/checkout', { body })).code).toBe('forbidden');
    expect(
      (await key.refusal(403, 'PUT', `/v1/admin/teams/${teamId}/plan`, { body: { plan: 'pro' } })).code,
    ).toBe('forbidden');
    expect(
      (await owner.refusal(403, 'PUT', `/v1/admin/teams/${teamId}/plan`, { body: { plan: 'enterprise' } }))
        .code,
    ).toBe('forbidden');
  });
});

function portal(): { body: object } {
  return { body: { return_url: 'https://app.example.com/' } };
}
