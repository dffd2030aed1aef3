import { agentCounter } from '../../domain/quota.ts';
import type { BudgetInForce } from '../../ports/budget-store.ts';
import type { Limit, OverLimit } from '../../ports/quota-ledger.ts';
import { MinootsError } from '../errors.ts';

/** The limit of an agent's active timers by its budget; null where there is none. */
export function activeLimit(agentId: string, budget: BudgetInForce | null): Limit | null {
  if (budget === null || budget.maxActive === null) return null;
  return { counter: agentCounter(agentId), max: budget.maxActive, revision: budget.revision };
}

/** Why a timer of an agent is refused, in words. */
export function overBudget(agentId: string, { used, max }: OverLimit): string {
  return `Agent ${agentId} has ${used} active timers, and its budget allows ${max}`;
}

/** The error for a timer that the budget of its agent leaves no room for. */
export function agentOverBudget(agentId: string | null, overLimit: OverLimit): MinootsError {
  const { used, max } = overLimit;
  const id = agentId ?? overLimit.counter;
  return new MinootsError('agent_over_budget', overBudget(id, overLimit), {
    errors: [{ pointer: '/agent_id', message: `has ${used} active timers of at most ${max}` }],
    members: { agent_id: id, active_timers: used, max_active_timers: max },
  });
}
