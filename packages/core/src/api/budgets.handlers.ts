import { DEFAULT_AGENT, type AgentBudget as WireAgentBudget } from '@minoots/contract';
import { deleteBudget } from '../app/budgets/delete.ts';
import { getBudget } from '../app/budgets/get.ts';
import { listBudgets } from '../app/budgets/list.ts';
import type { BudgetReport } from '../app/budgets/report.ts';
import { setBudget } from '../app/budgets/set.ts';
import type { Deps } from '../app/deps.ts';
import { toWireBudget } from '../wire/budget.ts';
import { toInstant } from '../wire/timer.ts';
import type { Handlers } from './operation.ts';

/** Handlers of the operations on the budgets of agents. */
export function budgetHandlers(
  deps: Deps,
): Pick<Handlers, 'listBudgets' | 'getBudget' | 'setBudget' | 'deleteBudget'> {
  return {
    async listBudgets({ ctx }) {
      return { body: { data: (await listBudgets(deps, ctx)).map(toWireBudget) } };
    },
    async getBudget({ ctx, params }) {
      return { body: toWireReport(await getBudget(deps, ctx, params.agent_id)) };
    },
    async setBudget({ ctx, params, body }) {
      return { body: toWireReport(await setBudget(deps, ctx, params.agent_id, body)) };
    },
    async deleteBudget({ ctx, params }) {
      return { body: toWireBudget(await deleteBudget(deps, ctx, params.agent_id)) };
    },
  };
}

function toWireReport({ agentId, budget, used }: BudgetReport): WireAgentBudget {
  return {
    ...toWireBudget(budget),
    agent_id: agentId,
    is_default: budget.agentId === DEFAULT_AGENT && agentId !== DEFAULT_AGENT,
    used: used && {
      active_timers: used.activeTimers,
      fires_this_hour: used.firesThisHour,
      hour_ends_at: toInstant(used.hourEndsAt),
    },
  };
}
