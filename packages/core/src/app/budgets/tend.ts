import { agentOf, TEAM_COUNTER } from '../../domain/quota.ts';
import type { CounterKey, Limit } from '../../ports/quota-ledger.ts';
import type { Deps } from '../deps.ts';
import { inParallel } from '../in-parallel.ts';
import { planLimit } from '../plans/active-timers.ts';
import { countTeamTimers, mayLackPlaces } from '../plans/count-timers.ts';
import { countTimers } from './count.ts';
import { activeLimit } from './limits.ts';

/** How long a counter is trusted once it has been looked at, in ms. */
export const CHECK_EVERY_MS = 3_600_000;

const PAGE = 100;
const PARALLEL = 10;

/** Counters that were looked at, those of them that were wrong, and those that could not be looked at. */
export interface CounterCounts {
  checked: number;
  repaired: number;
  failed: number;
}

/**
 * Recounts the counters of timers that nobody has looked at for an hour, and puts those right that are wrong: after a
 * restored backup, or a deletion by hand. To be called every minute.
 * @param hasRestarted looks at all of them
 */
export async function tendCounters(deps: Deps, hasRestarted = false): Promise<CounterCounts> {
  const counts: CounterCounts = { checked: 0, repaired: 0, failed: 0 };
  const until = hasRestarted ? Number.MAX_SAFE_INTEGER : deps.clock.now();
  const seen = new Set<string>();
  for (;;) {
    const due = await deps.quotas.listToCheck(until, PAGE);
    // One that could not be looked at, or that has just been, would come for ever.
    const fresh = due.filter(({ teamId, counter }) => !seen.has(`${teamId}\n${counter}`));
    for (const { teamId, counter } of fresh) seen.add(`${teamId}\n${counter}`);
    await inParallel(fresh, PARALLEL, (key) => check(deps, key, counts));
    if (fresh.length === 0) return counts;
  }
}

async function check(deps: Deps, key: CounterKey, counts: CounterCounts): Promise<void> {
  try {
    const limit =
      key.counter === TEAM_COUNTER ? await countForTeam(deps, key) : await countForAgent(deps, key);
    const checkAt = deps.clock.now() + CHECK_EVERY_MS;
    const { used, wasWrong } = await deps.quotas.reconcile(key, {
      checkAt,
      ...(limit === null ? {} : { limit }),
    });
    counts.checked++;
    if (!wasWrong) return;
    counts.repaired++;
    deps.logger.warn({ ...key, used }, 'a counter of timers was wrong and is right again');
  } catch (error) {
    counts.failed++;
    deps.logger.error({ err: error, ...key }, 'a counter of timers could not be looked at');
  }
}

/** Makes timers of an agent count that should and do not. Gives the limit; null where there is none. */
async function countForAgent(deps: Deps, { teamId, counter }: CounterKey): Promise<Limit | null> {
  const agentId = agentOf(counter);
  if (agentId === null) return null;
  const limit = activeLimit(agentId, await deps.budgets.inForce(teamId, agentId));
  if (limit !== null) await countTimers(deps, teamId, agentId);
  return limit;
}

/** The same for all timers of a team. */
async function countForTeam(deps: Deps, { teamId }: CounterKey): Promise<Limit | null> {
  const plan = await deps.plans.of(teamId);
  const limit = planLimit(plan);
  if (limit !== null && mayLackPlaces(plan, deps.clock.now())) await countTeamTimers(deps, teamId);
  return limit;
}
