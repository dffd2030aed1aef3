import { MAX_BUDGETS, type SetBudgetRequest } from '@minoots/contract';
import type { Budget } from '../../ports/budget-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { countTimers, putInForce } from './count.ts';
import { type BudgetReport, reportOn } from './report.ts';

/**
 * Limits what an agent may use from now on. Its active timers count from the start: they are counted before the limit
 * holds, and those that were made in between afterwards.
 */
export async function setBudget(
  deps: Deps,
  { principal: { teamId } }: RequestContext,
  agentId: string,
  input: SetBudgetRequest,
): Promise<BudgetReport> {
  const budget: Budget = {
    agentId,
    maxActive: input.max_active_timers ?? null,
    maxFiresPerHour: input.max_fires_per_hour ?? null,
    updatedAt: deps.clock.now(),
  };
  if (budget.maxActive !== null) await countTimers(deps, teamId, agentId, { foreseen: budget });
  if ((await deps.budgets.put(teamId, budget)) === 'too-many')
    throw new MinootsError('budgets_full', `A team has at most ${MAX_BUDGETS} budgets; delete one first`);
  await putInForce(deps, teamId, agentId);
  return reportOn(deps, teamId, agentId, budget);
}
