import { MAX_BUDGETS, type SetBudgetRequest } from '@minoots/contract';
import type { Budget } from '../../ports/budget-store.ts';
import { note } from '../audit/note.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { countBefore, putInForce } from './count.ts';
import { type BudgetReport, reportOn } from './report.ts';

/**
 * Limits what an agent may use from now on. Timers that it has already count from the start: as many as the limit are counted
 * before it holds, so that it admits none too many, and the rest at once after that, so that an agent that runs away is
 * stopped first.
 */
export async function setBudget(
  deps: Deps,
  ctx: RequestContext,
  agentId: string,
  input: SetBudgetRequest,
): Promise<BudgetReport> {
  const { teamId } = ctx.principal;
  const budget: Budget = {
    agentId,
    maxActive: input.max_active_timers ?? null,
    maxFiresPerHour: input.max_fires_per_hour ?? null,
    updatedAt: deps.clock.now(),
  };
  await countBefore(deps, teamId, budget);
  if ((await deps.budgets.put(teamId, budget)) === 'too-many')
    throw new MinootsError('budgets_full', `A team has at most ${MAX_BUDGETS} budgets; delete one first`);
  await note(deps, ctx, { action: 'budget.set', subject: agentId, message: messageOf(budget) });
  await putInForce(deps, teamId, agentId);
  return reportOn(deps, teamId, agentId, budget);
}

function messageOf({ agentId, maxActive, maxFiresPerHour }: Budget): string {
  const limits = [
    ...(maxActive === null ? [] : [`${maxActive} active timers`]),
    ...(maxFiresPerHour === null ? [] : [`${maxFiresPerHour} fires an hour`]),
  ];
  return `Set the budget of ${agentId}: ${limits.join(', ') || 'no limit'}`;
}
