import { agentCounter } from '../../domain/quota.ts';
import { budgetedAgent, countingAgainst, withAgentCounter } from '../../domain/timer/places.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { isTerminal } from '../../domain/timer/time.ts';
import type { BudgetInForce } from '../../ports/budget-store.ts';
import type { Limit, OverLimit } from '../../ports/quota-ledger.ts';
import type { InsertOutcome } from '../../ports/timer-store.ts';
import type { Deps } from '../deps.ts';
import { MinootsError } from '../errors.ts';

/** A timer as it was to be stored, and what came of that. */
export interface Insertion {
  timer: Timer;
  outcome: InsertOutcome;
}

/** Stores timers within the budgets of their agents. Reads nothing for timers without an agent. */
export async function insertTimers(
  deps: Pick<Deps, 'timers' | 'budgets'>,
  timers: readonly Timer[],
): Promise<Insertion[]> {
  const limits = await limitsOf(deps, timers);
  const counted = timers.map((timer) => {
    const agentId = budgetedAgent(timer);
    const isCounted = agentId !== null && limits.has(nameOf(timer.teamId, agentId)) && !isTerminal(timer);
    return isCounted ? countingAgainst(timer, withAgentCounter(timer, agentId)) : timer;
  });
  const outcomes = await deps.timers.insert(counted, [...limits.values()]);
  return counted.map((timer, index) => {
    const outcome = outcomes[index];
    if (outcome === undefined) throw new Error('the store gave no outcome for an insert');
    return { timer, outcome };
  });
}

/** Stores one timer within the budget of its agent. */
export async function insertTimer(deps: Pick<Deps, 'timers' | 'budgets'>, timer: Timer): Promise<Insertion> {
  const [insertion] = await insertTimers(deps, [timer]);
  if (insertion === undefined) throw new Error('the store gave no outcome for an insert');
  return insertion;
}

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

/** Limits by team and agent, of those agents that have one. */
async function limitsOf(
  { budgets }: Pick<Deps, 'budgets'>,
  timers: readonly Timer[],
): Promise<Map<string, Limit>> {
  const found = new Map<string, Limit>();
  const asked = new Set<string>();
  for (const timer of timers) {
    const { teamId } = timer;
    const agentId = budgetedAgent(timer);
    if (agentId === null || asked.has(nameOf(teamId, agentId))) continue;
    asked.add(nameOf(teamId, agentId));
    const limit = activeLimit(agentId, await budgets.inForce(teamId, agentId));
    if (limit !== null) found.set(nameOf(teamId, agentId), limit);
  }
  return found;
}

function nameOf(teamId: string, agentId: string): string {
  return `${teamId}\n${agentId}`;
}
