import { type Feature, PLANS, type PlanId, planWith } from '@minoots/contract';
import { MinootsError } from '../errors.ts';

/**
 * Refuses what the plan of a team does not include.
 * @param what it is that needs the feature, to begin a sentence with
 * @throws MinootsError `plan_required`, which names the cheapest plan that has the feature
 */
export function requireFeature(plan: PlanId, feature: Feature, what: string): void {
  if (PLANS[plan].features.includes(feature)) return;
  const required = planWith(feature);
  throw new MinootsError('plan_required', `${what} needs the plan ${required}; the team is on ${plan}`, {
    members: { plan, feature, required_plan: required },
  });
}
