import { DEFAULT_AGENT } from '@minoots/contract';
import type { Budget } from '../../ports/budget-store.ts';
import { note } from '../audit/note.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { budgetNotFound } from '../errors.ts';
import { countBefore, putInForce } from './count.ts';

/**
 * Takes the budget of an agent away; that of `*` holds then, if there is one. Where that limits timers that nothing limited,
 * they are counted before it holds, as for a budget that is set. Gives the budget as it was.
 */
export async function deleteBudget(deps: Deps, ctx: RequestContext, agentId: string): Promise<Budget> {
  const { teamId } = ctx.principal;
  await countForDefault(deps, teamId, agentId);
  const budget = await deps.budgets.delete(teamId, agentId);
  if (budget === null) throw budgetNotFound(agentId);
  const message = `Took the budget of ${agentId} away`;
  await note(deps, ctx, { action: 'budget.removed', subject: agentId, message });
  await putInForce(deps, teamId, agentId);
  return budget;
}

async function countForDefault(deps: Deps, teamId: string, agentId: string): Promise<void> {
  if (agentId === DEFAULT_AGENT) return;
  const own = await deps.budgets.get(teamId, agentId);
  if (own === null || own.maxActive !== null) return;
  const foreseen = await deps.budgets.get(teamId, DEFAULT_AGENT);
  if (foreseen !== null) await countBefore(deps, teamId, { ...foreseen, agentId });
}
