import { DEFAULT_AGENT, MAX_BUDGETS } from '@minoots/contract';
import type { Budget, BudgetStore } from '../ports/budget-store.ts';

/** Budgets in memory. */
export function memoryBudgetStore(): BudgetStore {
  const teams = new Map<string, Map<string, Budget>>();
  let revision = 0;
  const of = (teamId: string) => teams.get(teamId) ?? new Map<string, Budget>();
  const peek = (teamId: string, agentId: string) => {
    const budget = of(teamId).get(agentId) ?? of(teamId).get(DEFAULT_AGENT);
    return budget === undefined ? null : { ...budget, revision };
  };
  return {
    list: async (teamId) =>
      [...of(teamId).values()].sort((one, other) => (one.agentId < other.agentId ? -1 : 1)),
    get: async (teamId, agentId) => of(teamId).get(agentId) ?? null,
    put: async (teamId, budget) => {
      const budgets = of(teamId);
      if (!budgets.has(budget.agentId) && budgets.size >= MAX_BUDGETS) return 'too-many';
      teams.set(teamId, budgets.set(budget.agentId, budget));
      revision++;
      return 'stored';
    },
    delete: async (teamId, agentId) => {
      const budget = of(teamId).get(agentId) ?? null;
      of(teamId).delete(agentId);
      revision++;
      return budget;
    },
    inForce: async (teamId, agentId) => peek(teamId, agentId),
    peek,
  };
}
