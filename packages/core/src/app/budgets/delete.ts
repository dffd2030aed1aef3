import type { Budget } from '../../ports/budget-store.ts';
import { note } from '../audit/note.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { budgetNotFound } from '../errors.ts';
import { putInForce } from './count.ts';

/** Takes the budget of an agent away; that of `*` holds then, if there is one. Gives the budget as it was. */
export async function deleteBudget(deps: Deps, ctx: RequestContext, agentId: string): Promise<Budget> {
  const { teamId } = ctx.principal;
  const budget = await deps.budgets.delete(teamId, agentId);
  if (budget === null) throw budgetNotFound(agentId);
  const message = `Took the budget of ${agentId} away`;
  await note(deps, ctx, { action: 'budget.removed', subject: agentId, message });
  await putInForce(deps, teamId, agentId);
  return budget;
}
