import { PLANS, PlanId } from '@minoots/contract';
import type { Principal } from '../../ports/authenticator.ts';
import { RATE_WINDOW_MS, type RateLimiter, type RateReading } from '../../ports/rate-limiter.ts';
import type { Deps } from '../deps.ts';
import { MinootsError } from '../errors.ts';

/** What a request has come to, and the refusal of it where there were too many. */
export interface CountedRequest {
  reading: RateReading;
  refusal: MinootsError | null;
}

/**
 * Counts a request of whoever makes it: each API key by itself, and each person in each of their teams. As many a minute as
 * the plan of the team has are answered. Null where requests are not counted.
 */
export async function countRequest(
  { plans, rates }: Pick<Deps, 'plans'> & { rates: RateLimiter },
  { type, id, teamId, isUnmetered }: Principal,
): Promise<CountedRequest | null> {
  if (isUnmetered) return null;
  const plan = await plans.of(teamId);
  const reading = await rates.take(`${type} ${teamId} ${id}`, PLANS[plan.id].requestsPerMinute);
  return { reading, refusal: reading.allowed ? null : tooMany(reading, plan.id) };
}

/** The refusal of a request beyond a limit. @param plan of the team; null where no plan has a greater limit */
export function tooMany({ limit, resetMs }: RateReading, plan: PlanId | null): MinootsError {
  const greater =
    plan === null ? undefined : PlanId.options.find((id) => PLANS[id].requestsPerMinute > limit);
  const lift = greater && `; the plan ${greater} has ${PLANS[greater].requestsPerMinute}`;
  const what = plan === null ? 'requests of this address with unknown credentials' : 'requests';
  return new MinootsError('rate_limited', `There are ${limit} ${what} a minute${lift ?? ''}`, {
    members: {
      limit,
      window_seconds: RATE_WINDOW_MS / 1_000,
      ...(plan === null ? {} : { plan, required_plan: greater ?? null }),
    },
    retryAfterS: Math.max(1, Math.ceil(resetMs / 1_000)),
  });
}
