import { agentCounter, agentOf } from '../quota.ts';
import type { Timer } from './state.ts';
import { isPending, isTerminal } from './time.ts';

/** Statuses of timers that have not ended, which are those that may count. */
export const ACTIVE_STATUSES = ['waiting', 'running', 'paused', 'firing'] as const;

/**
 * The agent whose budget concerns a timer; null where none does. An escalation calls somebody else because the agent does not
 * answer, which its budget must not keep from happening.
 */
export function budgetedAgent({ agentId, escalates }: Pick<Timer, 'agentId' | 'escalates'>): string | null {
  return escalates === undefined ? agentId : null;
}

/** The counters that hold a place for a timer: those it counts against, until it ends. */
export function placesOf(timer: Timer): readonly string[] {
  return isTerminal(timer) ? [] : (timer.countsAgainst ?? []);
}

/** A timer that counts against these counters and no other. */
export function countingAgainst(timer: Timer, counters: readonly string[]): Timer {
  const { countsAgainst: _, ...rest } = timer;
  return counters.length === 0 ? rest : { ...rest, countsAgainst: [...counters] };
}

/** The counters of a timer once it counts against another one, too. */
export function withCounter({ countsAgainst = [] }: Timer, counter: string): string[] {
  return countsAgainst.includes(counter) ? countsAgainst : [...countsAgainst, counter];
}

/** Whether a timer is to hold a place. An occurrence that waits for its time takes one when it comes due. */
export function isCountable(timer: Timer): boolean {
  return !isTerminal(timer) && !(timer.occurrence !== undefined && isPending(timer));
}

/** The counters of a timer once it counts against that of an agent, or of none, in place of the one it had. */
export function withAgentCounter(timer: Timer, agentId: string | null): string[] {
  const others = (timer.countsAgainst ?? []).filter((counter) => agentOf(counter) === null);
  return agentId === null ? others : [...others, agentCounter(agentId)];
}
