import type { Budget } from '../../ports/budget-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { budgetNotFound } from '../errors.ts';
import { putInForce } from './count.ts';

/** Takes the budget of an agent away; that of `*` holds then, if there is one. Gives the budget as it was. */
export async function deleteBudget(
  deps: Deps,
  { principal: { teamId } }: RequestContext,
  agentId: string,
): Promise<Budget> {
  const budget = await deps.budgets.delete(teamId, agentId);
  if (budget === null) throw budgetNotFound(agentId);
  await putInForce(deps, teamId, agentId);
  return budget;
}
