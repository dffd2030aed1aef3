import { PLANS, type PlanId } from '@minoots/contract';
import type { PlanTerms } from '../../domain/team/commands.ts';
import type { Team, TeamPlan } from '../../domain/team/state.ts';
import type { Deps } from '../deps.ts';

/** What an operator sets. */
type HistorySetting = Pick<Deps, 'enterpriseHistoryMs'>;

/** A plan as it can be ordered here. */
export function termsOf(id: PlanId, { enterpriseHistoryMs }: HistorySetting): PlanTerms {
  return { id, historyMs: id === 'enterprise' ? enterpriseHistoryMs : PLANS[id].historyMs };
}

/** The plan of a team as it counts here: how long enterprise keeps history is a setting, whatever it was when the plan was set. */
export function asConfigured(plan: TeamPlan, { enterpriseHistoryMs }: HistorySetting): TeamPlan {
  if (plan.id !== 'enterprise' || plan.historyMs === enterpriseHistoryMs) return plan;
  return { ...plan, historyMs: enterpriseHistoryMs };
}

/** A team with its plan as it counts here. */
export function withPlanAsConfigured(team: Team, setting: HistorySetting): Team {
  const plan = asConfigured(team.plan, setting);
  return plan === team.plan ? team : { ...team, plan };
}
