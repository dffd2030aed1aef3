import { type JsonObject, PLANS, PlanId } from '@minoots/contract';
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
 * the plan of the team has are answered.
 */
export async function countRequest(
  { plans, rates }: Pick<Deps, 'plans'> & { rates: RateLimiter },
  { type, id, teamId }: Principal,
): Promise<CountedRequest> {
  const plan = await plans.of(teamId);
  const reading = await rates.take(`${type} ${teamId} ${id}`, PLANS[plan.id].requestsPerMinute);
  return { reading, refusal: reading.allowed ? null : tooManyOf(reading, plan.id) };
}

/** The refusal of what comes beyond a limit. @param what is limited */
export function tooMany(
  { limit, resetMs }: RateReading,
  what: string,
  windowMs = RATE_WINDOW_MS,
): MinootsError {
  return refusal({ limit, resetMs }, `${what} ${windowMs === RATE_WINDOW_MS ? 'a minute' : 'an hour'}`, {
    window_seconds: windowMs / 1_000,
  });
}

function tooManyOf(reading: RateReading, plan: PlanId): MinootsError {
  const greater = PlanId.options.find((id) => PLANS[id].requestsPerMinute > reading.limit);
  const lift = greater && `; the plan ${greater} has ${PLANS[greater].requestsPerMinute}`;
  return refusal(reading, `requests a minute${lift ?? ''}`, {
    window_seconds: RATE_WINDOW_MS / 1_000,
    plan,
    required_plan: greater ?? null,
  });
}

function refusal(
  { limit, resetMs }: Pick<RateReading, 'limit' | 'resetMs'>,
  what: string,
  members: JsonObject,
): MinootsError {
  return new MinootsError('rate_limited', `There are ${limit} ${what}`, {
    members: { limit, ...members },
    retryAfterS: Math.max(1, Math.ceil(resetMs / 1_000)),
  });
}
