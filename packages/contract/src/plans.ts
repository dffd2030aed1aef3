import * as z from 'zod';

/** What a team has ordered. */
export const PlanId = z.enum(['free', 'pro', 'enterprise']).meta({ id: 'PlanId' });
export type PlanId = z.infer<typeof PlanId>;

/** What plans switch on. */
export const Feature = z
  .enum(['advanced_webhooks', 'connectors', 'collaboration', 'sharing', 'sso', 'custom_integrations', 'sla'])
  .meta({ id: 'Feature' });
export type Feature = z.infer<typeof Feature>;

const DAY_MS = 86_400_000;

/** Limits of a plan; null where there is none. */
export interface PlanLimits {
  /** In US dollars a month. */
  readonly priceUsd: number;
  /** Timers that have not ended. */
  readonly activeTimers: number | null;
  /** Attempts at a webhook, the first included. */
  readonly webhookAttempts: number | null;
  /** How long a timer is kept once it has ended, in ms. */
  readonly historyMs: number;
  readonly requestsPerMinute: number;
  readonly features: readonly Feature[];
}

/** The table of plans. */
export const PLANS: Readonly<Record<PlanId, PlanLimits>> = {
  free: {
    priceUsd: 0,
    activeTimers: 100,
    webhookAttempts: 3,
    historyMs: 30 * DAY_MS,
    requestsPerMinute: 120,
    features: [],
  },
  pro: {
    priceUsd: 9,
    activeTimers: 10_000,
    webhookAttempts: null,
    historyMs: 365 * DAY_MS,
    requestsPerMinute: 1_200,
    features: ['advanced_webhooks', 'connectors', 'collaboration', 'sharing'],
  },
  enterprise: {
    priceUsd: 99,
    activeTimers: null,
    webhookAttempts: null,
    historyMs: 3 * 365 * DAY_MS,
    requestsPerMinute: 12_000,
    features: Feature.options,
  },
};

/** The cheapest plan that has a feature. */
export function planWith(feature: Feature): PlanId {
  const found = PlanId.options.find((plan) => PLANS[plan].features.includes(feature));
  if (found === undefined) throw new Error(`no plan has ${feature}`);
  return found;
}
