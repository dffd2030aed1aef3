import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { InvalidSignature, PaymentsUnreachable } from '@minoots/core';
import { Stripe } from 'stripe';
import { StripePayments, type StripeSettings } from '../src/billing/stripe-payments.ts';
import { StripeServer } from './support/stripe-server.ts';

const WEBHOOK_SECRET = 'whsec_test_of_payments';
const PRICES = { pro: 'price_pro', enterprise: 'price_enterprise' };
const ORDER = {
  teamId: 'team_acme',
  plan: 'pro',
  customerId: null,
  email: 'ada@example.com',
  successUrl: 'https://app.example.com/paid',
  cancelUrl: 'https://app.example.com/plans',
} as const;

describe('StripePayments', () => {
  let stripe: StripeServer;
  let payments: StripePayments;
  let settings: StripeSettings;
  beforeEach(async () => {
    stripe = new StripeServer();
    settings = {
      secretKey: 'sk_test_1',
      webhookSecret: WEBHOOK_SECRET,
      prices: PRICES,
      server: await stripe.start(),
    };
    payments = new StripePayments(settings, () => Date.UTC(2030, 0, 1));
  });
  afterEach(() => stripe.close());

  describe('checkout', () => {
    it('orders the price of the plan, for the team, and gives the page', async () => {
      stripe.answers.set('POST /v1/checkout/sessions', {
        body: { id: 'cs_1', url: 'https://pay.example/cs_1' },
      });
      expect(await payments.checkout(ORDER)).toEqual({ url: 'https://pay.example/cs_1' });
      expect(stripe.requests).toEqual([
        {
          call: 'POST /v1/checkout/sessions',
          authorization: 'Bearer sk_test_1',
          form: {
            mode: 'subscription',
            'line_items[0][price]': 'price_pro',
            'line_items[0][quantity]': '1',
            'subscription_data[metadata][team_id]': 'team_acme',
            'metadata[team_id]': 'team_acme',
            client_reference_id: 'team_acme',
            success_url: ORDER.successUrl,
            cancel_url: ORDER.cancelUrl,
            customer_email: 'ada@example.com',
            expires_at: '1893459600',
          },
        },
      ]);
    });

    it('names the customer who has paid before', async () => {
      stripe.answers.set('POST /v1/checkout/sessions', {
        body: { id: 'cs_1', url: 'https://pay.example/cs_1' },
      });
      await payments.checkout({ ...ORDER, customerId: 'cus_1' });
      expect(stripe.requests[0]?.form).toMatchObject({ customer: 'cus_1' });
      expect(stripe.requests[0]?.form).not.toHaveProperty('customer_email');
    });

    it.each([500, 503, 429])('says that the service cannot be reached when it answers %d', async (status) => {
      const body = { error: { type: 'api_error', message: 'not now' } };
      stripe.answers.set('POST /v1/checkout/sessions', { status, body });
      await expect(payments.checkout(ORDER)).rejects.toThrow(PaymentsUnreachable);
    });

    it('says so too when nobody listens', async () => {
      const gone = new StripeServer();
      const server = await gone.start();
      await gone.close();
      await expect(new StripePayments({ ...settings, server }).checkout(ORDER)).rejects.toThrow(
        PaymentsUnreachable,
      );
    });
  });

  describe('portal', () => {
    it('gives the page of the customer', async () => {
      stripe.answers.set('POST /v1/billing_portal/sessions', {
        body: { id: 'bps_1', url: 'https://pay.example/p' },
      });
      expect(await payments.portal('cus_1', 'https://app.example.com/')).toEqual({
        url: 'https://pay.example/p',
      });
      expect(stripe.requests[0]?.form).toEqual({ customer: 'cus_1', return_url: 'https://app.example.com/' });
    });
  });

  describe('cancel', () => {
    const call = 'DELETE /v1/subscriptions/sub_1';

    it('ends the subscription, and lets one that has ended or is not there be', async () => {
      stripe.answers.set(call, { body: { id: 'sub_1', object: 'subscription', status: 'canceled' } });
      await payments.cancel('sub_1');
      stripe.answers.delete(call);
      await payments.cancel('sub_1');
      expect(stripe.requests.map((request) => request.call)).toEqual([call, call]);
    });

    it('says that the service cannot be reached, and passes on what will not pass', async () => {
      stripe.answers.set(call, { status: 500, body: { error: { type: 'api_error' } } });
      await expect(payments.cancel('sub_1')).rejects.toThrow(PaymentsUnreachable);
      const error = { type: 'invalid_request_error', message: 'Not with this key' };
      stripe.answers.set(call, { status: 403, body: { error } });
      await expect(payments.cancel('sub_1')).rejects.toThrow('Not with this key');
    });
  });

  describe('readMessage', () => {
    const sign = (body: string, secret = WEBHOOK_SECRET, ageSeconds = 0) =>
      new Stripe('sk_test_1').webhooks.generateTestHeaderString({
        payload: body,
        secret,
        timestamp: Math.floor(Date.now() / 1000) - ageSeconds,
      });
    const message = (type: string, object: object) =>
      JSON.stringify({ id: 'evt_1', object: 'event', type, data: { object } });

    it.each(['created', 'updated', 'deleted', 'paused', 'resumed'])(
      'finds the subscription that was %s',
      (change) => {
        const body = message(`customer.subscription.${change}`, { id: 'sub_1', object: 'subscription' });
        expect(payments.readMessage(body, sign(body))).toBe('sub_1');
      },
    );

    it('finds the subscription of a checkout that is complete', () => {
      const body = message('checkout.session.completed', { id: 'cs_1', subscription: 'sub_1' });
      expect(payments.readMessage(body, sign(body))).toBe('sub_1');
    });

    it('finds none in a message about something else', () => {
      const body = message('invoice.finalized', { id: 'in_1' });
      expect(payments.readMessage(body, sign(body))).toBeNull();
    });

    it.each<[string, (body: string) => [body: string, signature: string]]>([
      ['was changed on its way', (body) => [body.replace('sub_1', 'sub_2'), sign(body)]],
      ['was signed with another secret', (body) => [body, sign(body, 'whsec_another')]],
      ['is older than five minutes', (body) => [body, sign(body, WEBHOOK_SECRET, 301)]],
      ['has no signature', (body) => [body, '']],
      ['has something else for a signature', (body) => [body, 't=now,v1=abc']],
    ])('refuses a message that %s', (_, make) => {
      const [body, signature] = make(message('customer.subscription.updated', { id: 'sub_1' }));
      expect(() => payments.readMessage(body, signature)).toThrow(InvalidSignature);
    });
  });

  describe('subscription', () => {
    const SUBSCRIPTION = {
      id: 'sub_1',
      object: 'subscription',
      customer: 'cus_1',
      metadata: { team_id: 'team_acme' },
      status: 'active',
      cancel_at_period_end: false,
      items: { object: 'list', data: [{ price: { id: 'price_pro' }, current_period_end: 1_900_000_000 }] },
    };
    const read = async (changes: object) => {
      stripe.answers.set('GET /v1/subscriptions/sub_1', { body: { ...SUBSCRIPTION, ...changes } });
      return payments.subscription('sub_1');
    };

    it('tells whose it is, what it pays for and until when', async () => {
      expect(await read({})).toEqual({
        id: 'sub_1',
        customerId: 'cus_1',
        teamId: 'team_acme',
        plan: 'pro',
        status: 'active',
        renewsAt: 1_900_000_000_000,
        cancels: false,
      });
    });

    it.each([
      ['trialing', 'active'],
      ['past_due', 'past_due'],
      ['unpaid', 'ended'],
      ['canceled', 'ended'],
      ['incomplete', 'ended'],
      ['incomplete_expired', 'ended'],
      ['paused', 'ended'],
    ])('takes %s for %s', async (status, meaning) => {
      expect(await read({ status })).toMatchObject({ status: meaning });
    });

    it('knows no plan for a price that is not sold here', async () => {
      const items = {
        object: 'list',
        data: [{ price: { id: 'price_mug' }, current_period_end: 1_900_000_000 }],
      };
      expect(await read({ items })).toMatchObject({ plan: null });
    });

    it('gives nothing of a subscription that names no team, and of one that is not there', async () => {
      expect(await read({ metadata: {} })).toBeNull();
      expect(await payments.subscription('sub_2')).toBeNull();
    });
  });
});
