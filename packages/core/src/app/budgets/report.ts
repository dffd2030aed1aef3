import { DEFAULT_AGENT } from '@minoots/contract';
import { agentCounter, firesCounter, hourOf } from '../../domain/quota.ts';
import type { Budget } from '../../ports/budget-store.ts';
import type { Deps } from '../deps.ts';

/** What an agent uses of its budget; null where that is not limited, and so not counted. */
export interface BudgetUse {
  activeTimers: number | null;
  firesThisHour: number | null;
  /** When the next hour of the clock begins, epoch ms. */
  hourEndsAt: number;
}

/** The budget that holds for an agent, and what is used of it. */
export interface BudgetReport {
  agentId: string;
  budget: Budget;
  /** Null for `*`. */
  used: BudgetUse | null;
}

/** Reads what an agent uses of a budget. */
export async function reportOn(
  { quotas, clock }: Pick<Deps, 'quotas' | 'clock'>,
  teamId: string,
  agentId: string,
  budget: Budget,
): Promise<BudgetReport> {
  if (agentId === DEFAULT_AGENT) return { agentId, budget, used: null };
  const window = hourOf(clock.now());
  const [activeTimers, firesThisHour] = await Promise.all([
    budget.maxActive === null ? null : quotas.used({ teamId, counter: agentCounter(agentId) }),
    budget.maxFiresPerHour === null
      ? null
      : quotas.usedIn({ teamId, counter: firesCounter(agentId), window }),
  ]);
  return { agentId, budget, used: { activeTimers, firesThisHour, hourEndsAt: window.endsAt } };
}
