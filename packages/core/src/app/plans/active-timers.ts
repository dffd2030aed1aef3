import { PLANS, PlanId } from '@minoots/contract';
import { TEAM_COUNTER } from '../../domain/quota.ts';
import type { TeamPlan } from '../../domain/team/state.ts';
import type { Limit, OverLimit } from '../../ports/quota-ledger.ts';
import { MinootsError } from '../errors.ts';

/** The limit of a team's active timers by its plan; null where there is none. */
export function planLimit({ id, since }: Pick<TeamPlan, 'id' | 'since'>): Limit | null {
  const max = PLANS[id].activeTimers;
  return max === null ? null : { counter: TEAM_COUNTER, max, revision: since };
}

/** Why a timer of a team is refused, in words. */
export function overPlan(overLimit: OverLimit): string {
  const { plan, required } = plansAround(overLimit);
  const { used, max } = overLimit;
  const room = PLANS[required].activeTimers ?? 'as many as it likes';
  return `The team has ${used} active timers, and the plan ${plan} allows ${max}; ${required} allows ${room}`;
}

/** The error for a timer that the plan of its team leaves no room for: it names the cheapest plan that does. */
export function planLimitReached(overLimit: OverLimit): MinootsError {
  const { plan, required } = plansAround(overLimit);
  return new MinootsError('plan_limit_reached', overPlan(overLimit), {
    members: {
      plan,
      limit: 'active_timers',
      active_timers: overLimit.used,
      max_active_timers: overLimit.max,
      required_plan: required,
    },
  });
}

/** The plan that has a limit, which the ledger may know sooner than this process, and the cheapest one that leaves room. */
function plansAround({ used, max }: OverLimit): { plan: PlanId; required: PlanId } {
  const find = (isIt: (most: number | null) => boolean) =>
    PlanId.options.find((id) => isIt(PLANS[id].activeTimers));
  const plan = find((most) => most === max);
  const required = find((most) => most === null || (most > max && most > used));
  if (plan === undefined || required === undefined) throw new Error(`no plan allows ${max} active timers`);
  return { plan, required };
}
