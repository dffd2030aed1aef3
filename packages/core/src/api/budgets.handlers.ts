import {
  DEFAULT_AGENT,
  type AgentBudget as WireAgentBudget,
  type Budget as WireBudget,
} from '@minoots/contract';
import { deleteBudget } from '../app/budgets/delete.ts';
import { getBudget } from '../app/budgets/get.ts';
import { listBudgets } from '../app/budgets/list.ts';
import type { BudgetReport } from '../app/budgets/report.ts';
import { setBudget } from '../app/budgets/set.ts';
import type { Deps } from '../app/deps.ts';
import type { Budget } from '../ports/budget-store.ts';
import { toInstant } from '../wire/timer.ts';
import type { Handlers } from './operation.ts';

/** Handlers of the operations on the budgets of agents. */
export function budgetHandlers(
  deps: Deps,
): Pick<Handlers, 'listBudgets' | 'getBudget' | 'setBudget' | 'deleteBudget'> {
  return {
    async listBudgets({ ctx }) {
      return { body: { data: (await listBudgets(deps, ctx)).map(toWire) } };
    },
    async getBudget({ ctx, params }) {
      return { body: toWireReport(await getBudget(deps, ctx, params.agent_id)) };
    },
    async setBudget({ ctx, params, body }) {
      return { body: toWireReport(await setBudget(deps, ctx, params.agent_id, body)) };
    },
    async deleteBudget({ ctx, params }) {
      return { body: toWire(await deleteBudget(deps, ctx, params.agent_id)) };
    },
  };
}

function toWire({ agentId, maxActive, maxFiresPerHour, updatedAt }: Budget): WireBudget {
  return {
    agent_id: agentId,
    max_active_timers: maxActive,
    max_fires_per_hour: maxFiresPerHour,
    updated_at: toInstant(updatedAt),
  };
}

function toWireReport({ agentId, budget, used }: BudgetReport): WireAgentBudget {
  return {
    ...toWire(budget),
    agent_id: agentId,
    is_default: budget.agentId === DEFAULT_AGENT && agentId !== DEFAULT_AGENT,
    used: used && {
      active_timers: used.activeTimers,
      fires_this_hour: used.firesThisHour,
      hour_ends_at: toInstant(used.hourEndsAt),
    },
  };
}
