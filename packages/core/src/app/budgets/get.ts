import { DEFAULT_AGENT } from '@minoots/contract';
import type { Deps, RequestContext } from '../deps.ts';
import { budgetNotFound } from '../errors.ts';
import { type BudgetReport, reportOn } from './report.ts';

/** Reads the budget that holds for an agent, be it that of `*`, and what is used of it. */
export async function getBudget(
  deps: Deps,
  { principal: { teamId } }: RequestContext,
  agentId: string,
): Promise<BudgetReport> {
  const budget = (await deps.budgets.get(teamId, agentId)) ?? (await deps.budgets.get(teamId, DEFAULT_AGENT));
  if (budget === null) throw budgetNotFound(agentId);
  return reportOn(deps, teamId, agentId, budget);
}
