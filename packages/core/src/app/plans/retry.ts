import { PLANS, type PlanId, planWith, type Retry } from '@minoots/contract';
import { attemptsOf, parseRetry, type RetryPolicy, retryOf } from '../../domain/retry.ts';
import { MinootsError, unwrap } from '../errors.ts';

/** How failed attempts are repeated where a request says nothing: as often as the plan has it. */
export function defaultRetry(plan: PlanId): RetryPolicy {
  const most = PLANS[plan].webhookAttempts;
  return most === null ? { type: 'standard' } : retryOf(most);
}

/**
 * Reads the `retry` of a request.
 * @throws MinootsError `plan_required` for more attempts than the plan has
 */
export function readRetry(plan: PlanId, input: Retry | undefined): RetryPolicy {
  if (input === undefined) return defaultRetry(plan);
  const policy = unwrap(parseRetry(input));
  requireAttempts(plan, policy, '/retry');
  return policy;
}

/**
 * Refuses more attempts than the plan has.
 * @param pointer where they are asked for in the request
 * @throws MinootsError `plan_required`, which names the cheapest plan that has them
 */
export function requireAttempts(plan: PlanId, policy: RetryPolicy, pointer: string): void {
  const most = PLANS[plan].webhookAttempts;
  const attempts = attemptsOf(policy);
  if (most === null || attempts <= most) return;
  const feature = 'advanced_webhooks';
  const required = planWith(feature);
  const message = `asks for ${attempts} attempts; the plan ${plan} has ${most}, and ${required} as many as there can be`;
  throw new MinootsError('plan_required', `${pointer} ${message}`, {
    errors: [{ pointer, message }],
    members: { plan, feature, required_plan: required },
  });
}
