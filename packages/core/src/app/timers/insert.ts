import { agentOf, TEAM_COUNTER } from '../../domain/quota.ts';
import { budgetedAgent, countingAgainst, withAgentCounter, withCounter } from '../../domain/timer/places.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { isTerminal } from '../../domain/timer/time.ts';
import type { Limit, OverLimit } from '../../ports/quota-ledger.ts';
import type { InsertOutcome } from '../../ports/timer-store.ts';
import { activeLimit, agentOverBudget, overBudget } from '../budgets/limits.ts';
import type { Deps } from '../deps.ts';
import type { MinootsError } from '../errors.ts';
import { overPlan, planLimit, planLimitReached } from '../plans/active-timers.ts';

/** A timer as it was to be stored, and what came of that. */
export interface Insertion {
  timer: Timer;
  outcome: InsertOutcome;
}

type InsertDeps = Pick<Deps, 'timers' | 'budgets' | 'plans'>;

/** Stores timers of one team within the limits of its plan and the budgets of their agents. */
export async function insertTimers(deps: InsertDeps, timers: readonly Timer[]): Promise<Insertion[]> {
  const [first] = timers;
  if (first === undefined) return [];
  const plan = planLimit(await deps.plans.of(first.teamId));
  const agents = await agentLimits(deps, timers);
  const counted = timers.map((timer) => {
    if (isTerminal(timer)) return timer;
    const agentId = budgetedAgent(timer);
    const ofAgent = agentId !== null && agents.has(agentId) ? withAgentCounter(timer, agentId) : null;
    const own = ofAgent === null ? timer : countingAgainst(timer, ofAgent);
    return plan === null ? own : countingAgainst(own, withCounter(own, TEAM_COUNTER));
  });
  const limits = [...(plan === null ? [] : [plan]), ...agents.values()];
  const outcomes = await deps.timers.insert(counted, limits);
  return counted.map((timer, index) => {
    const outcome = outcomes[index];
    if (outcome === undefined) throw new Error('the store gave no outcome for an insert');
    return { timer, outcome };
  });
}

/** Stores one timer within the limits of its team's plan and the budget of its agent. */
export async function insertTimer(deps: InsertDeps, timer: Timer): Promise<Insertion> {
  const [insertion] = await insertTimers(deps, [timer]);
  if (insertion === undefined) throw new Error('the store gave no outcome for an insert');
  return insertion;
}

/** The error for a timer that a limit left no room for. */
export function noRoomError({ agentId }: Pick<Timer, 'agentId'>, overLimit: OverLimit): MinootsError {
  return overLimit.counter === TEAM_COUNTER
    ? planLimitReached(overLimit)
    : agentOverBudget(agentId, overLimit);
}

/** Why there is no room for a timer, in words. */
export function whyNoRoom(overLimit: OverLimit): string {
  const agentId = agentOf(overLimit.counter);
  return agentId === null ? overPlan(overLimit) : overBudget(agentId, overLimit);
}

/** Limits by agent, of those agents that have one. Reads nothing for timers without an agent. */
async function agentLimits(
  { budgets }: Pick<Deps, 'budgets'>,
  timers: readonly Timer[],
): Promise<Map<string, Limit>> {
  const found = new Map<string, Limit>();
  const asked = new Set<string>();
  for (const timer of timers) {
    const agentId = budgetedAgent(timer);
    if (agentId === null || asked.has(agentId)) continue;
    asked.add(agentId);
    const limit = activeLimit(agentId, await budgets.inForce(timer.teamId, agentId));
    if (limit !== null) found.set(agentId, limit);
  }
  return found;
}
