import { firesCounter, hourOf } from '../../domain/quota.ts';
import type { Throttle } from '../../domain/timer/commands.ts';
import { budgetedAgent } from '../../domain/timer/places.ts';
import type { Timer } from '../../domain/timer/state.ts';
import type { BudgetInForce } from '../../ports/budget-store.ts';
import type { Deps } from '../deps.ts';

/** Whether the fires of a timer are counted, as far as that is known without asking; where it is not, they may be. */
export function isMetered({ budgets }: Pick<Deps, 'budgets'>, timer: Timer): boolean {
  const agentId = budgetedAgent(timer);
  if (agentId === null) return false;
  const budget = budgets.peek(timer.teamId, agentId);
  return budget === undefined || isLimited(budget);
}

/** Whether a budget limits how often its agent fires. */
export function isLimited(
  budget: BudgetInForce | null,
): budget is BudgetInForce & { maxFiresPerHour: number } {
  return budget !== null && budget.maxFiresPerHour !== null;
}

/**
 * Takes one of the fires that an agent has in this hour of the clock. One that is taken is used up, whatever becomes of the
 * timer: a crash wastes it, and never lets one too many through.
 * @returns null when there was one left, or until when there is none
 */
export async function takeTurn(
  { quotas, clock }: Pick<Deps, 'quotas' | 'clock'>,
  { teamId, agentId }: { teamId: string; agentId: string },
  { maxFiresPerHour: max, revision }: BudgetInForce & { maxFiresPerHour: number },
): Promise<Throttle | null> {
  const window = hourOf(clock.now());
  const place = { teamId, counter: firesCounter(agentId), window };
  if (await quotas.take(place, { max, revision })) return null;
  const reason = `agent ${agentId} has fired ${max} times in this hour, as often as its budget allows`;
  return { until: window.endsAt, reason };
}
