import * as z from 'zod';
import * as b from '../billing.ts';
import { TeamRef } from '../teams.ts';
import type { Operation } from './operation.ts';

export const billingOperations = {
  getBilling: {
    method: 'GET',
    path: '/v1/billing',
    tag: 'billing',
    scope: 'teams:read',
    summary: 'Read the plan of the team and what became of its subscription',
    status: 200,
    output: b.Billing,
    errors: [],
  },
  createCheckout: {
    method: 'POST',
    path: '/v1/billing/checkout',
    tag: 'billing',
    scope: 'teams:own',
    summary: 'Order a plan: gives the page to pay on',
    body: b.CheckoutRequest,
    status: 201,
    output: b.BillingPage,
    errors: ['billing_unavailable', 'subscription_exists'],
  },
  createPortal: {
    method: 'POST',
    path: '/v1/billing/portal',
    tag: 'billing',
    scope: 'teams:own',
    summary: 'Change or cancel what was ordered: gives the page for it',
    body: b.PortalRequest,
    status: 201,
    output: b.BillingPage,
    errors: ['billing_unavailable', 'not_found'],
  },
  receivePayment: {
    method: 'POST',
    path: '/v1/billing/webhook',
    tag: 'billing',
    scope: null,
    summary: 'Take a signed message of the payment service',
    body: z.looseObject({}),
    status: 200,
    output: b.PaymentReceipt,
    errors: ['billing_unavailable', 'invalid_signature'],
  },
  setPlan: {
    method: 'PUT',
    path: '/v1/admin/teams/{team}/plan',
    tag: 'billing',
    scope: 'service:admin',
    summary: 'Put a team on a plan, as an operator of the service',
    params: z.strictObject({ team: TeamRef }),
    body: b.SetPlanRequest,
    status: 200,
    output: b.Billing,
    errors: ['not_found'],
  },
} as const satisfies Record<string, Operation>;
