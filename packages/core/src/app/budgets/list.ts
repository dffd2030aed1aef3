import type { Budget } from '../../ports/budget-store.ts';
import type { Deps, RequestContext } from '../deps.ts';

/** Lists the budgets of the team, by agent. */
export function listBudgets(deps: Deps, { principal }: RequestContext): Promise<Budget[]> {
  return deps.budgets.list(principal.teamId);
}
