import { PLANS, type PlanId } from '@minoots/contract';
import { TEAM_COUNTER } from '../../domain/quota.ts';
import { historyMsOf } from '../../domain/team/plan.ts';
import { MAX_MEMBERS } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import type { ActiveCounts } from './active-counts.ts';

export type UsageDeps = Pick<Deps, 'plans' | 'teams' | 'quotas' | 'clock'> & { activeCounts: ActiveCounts };

/** What a team uses, and what it may. */
export interface Usage {
  plan: PlanId;
  activeTimers: number;
  members: number;
  /** How long a timer is kept once it has ended, as it is now, in ms. */
  historyMs: number;
  /** Most members. */
  mostMembers: number;
}

/**
 * Reads what the team uses of its plan. Where active timers are not limited, and so not counted as they come, their number
 * may be some seconds old.
 */
export async function readUsage(
  { plans, teams, quotas, clock, activeCounts }: UsageDeps,
  { principal: { teamId } }: RequestContext,
): Promise<Usage> {
  const plan = await plans.of(teamId);
  const isCounted = PLANS[plan.id].activeTimers !== null;
  const [team, activeTimers] = await Promise.all([
    teams.get(teamId),
    isCounted ? quotas.used({ teamId, counter: TEAM_COUNTER }) : activeCounts.of(teamId),
  ]);
  return {
    plan: plan.id,
    activeTimers,
    members: team?.members.length ?? 0,
    historyMs: historyMsOf(plan, clock.now()),
    mostMembers: team !== null && team.personalOf !== null ? 1 : mostMembers(plan.id),
  };
}

/** Most members that a team may have by its plan. */
export function mostMembers(plan: PlanId): number {
  return PLANS[plan].features.includes('collaboration') ? MAX_MEMBERS : 1;
}
