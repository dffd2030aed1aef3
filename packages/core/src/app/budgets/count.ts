import { DEFAULT_AGENT } from '@minoots/contract';
import { agentCounter } from '../../domain/quota.ts';
import {
  ACTIVE_STATUSES,
  budgetedAgent,
  isCountable,
  placesOf,
  withAgentCounter,
} from '../../domain/timer/places.ts';
import type { Timer } from '../../domain/timer/state.ts';
import type { Budget } from '../../ports/budget-store.ts';
import { changeTimer } from '../change-timer.ts';
import type { Deps } from '../deps.ts';
import { performEffects } from '../effects.ts';
import { inParallel } from '../in-parallel.ts';
import { activeLimit } from './limits.ts';

/** Timers that are counted before a budget of `*` holds: those of all agents may be very many. */
const FIRST_OF_ALL = 1_000;
/** Timers read and changed at a time. */
const PAGE = 200;
const PARALLEL = 20;
/**
 * When a counter is looked at once more after its budget has changed, in ms: by then every process goes by the new one, so
 * that none makes timers that do not count.
 */
const RECHECK_MS = 60_000;

/**
 * Counts timers that will count by a budget before it holds: as many as it has room for, so that it admits none too many.
 * What is left is shared out anew after that, since an earlier budget may have shared it out without these timers.
 */
export async function countBefore(deps: Deps, teamId: string, foreseen: Budget): Promise<void> {
  const { agentId, maxActive } = foreseen;
  if (maxActive === null) return;
  const atMost = agentId === DEFAULT_AGENT ? FIRST_OF_ALL : maxActive;
  const agents = await countTimers(deps, teamId, agentId, { foreseen, atMost });
  if (agentId !== DEFAULT_AGENT) agents.add(agentId);
  const checkAt = deps.clock.now() + RECHECK_MS;
  await inParallel([...agents], PARALLEL, async (id) => {
    await deps.quotas.reconcile({ teamId, counter: agentCounter(id) }, { checkAt, keepEmpty: true });
  });
}

/**
 * Makes what holds for an agent now be so for the timers that it has, or for those of all agents when it is `*`: they
 * count, and those that were put off by an earlier budget are looked at again.
 */
export async function putInForce(deps: Deps, teamId: string, agentId: string): Promise<void> {
  const agents = await countTimers(deps, teamId, agentId, { looksAgain: true });
  const checkAt = deps.clock.now() + RECHECK_MS;
  await inParallel([...agents.add(agentId)], PARALLEL, async (id) => {
    const limit = activeLimit(id, await deps.budgets.inForce(teamId, id));
    if (limit === null) return;
    await deps.quotas.reconcile({ teamId, counter: limit.counter }, { checkAt, keepEmpty: true, limit });
  });
}

export interface CountOptions {
  /** A budget that will hold for the agent, or else for all that have none of their own. */
  foreseen?: Budget;
  /** Looks again at timers that are put off. */
  looksAgain?: boolean;
  /** Looks at no more timers than this, the newest. */
  atMost?: number;
}

/**
 * Makes the active timers of an agent count that should and do not.
 * @param agentId `*` for those of all agents
 * @returns the agents of active timers
 */
export async function countTimers(
  deps: Deps,
  teamId: string,
  agentId: string,
  options: CountOptions = {},
): Promise<Set<string>> {
  const agents = new Set<string>();
  const own = agentId === DEFAULT_AGENT ? {} : { agentId };
  let left = options.atMost ?? Number.POSITIVE_INFINITY;
  let after: string | undefined;
  while (left > 0) {
    const limit = Math.min(PAGE, left);
    const page = await deps.timers.list(teamId, { ...own, statuses: ACTIVE_STATUSES }, limit, after);
    left -= page.timers.length;
    const ofAgents = page.timers.filter((timer) => timer.agentId !== null);
    await inParallel(ofAgents, PARALLEL, async (timer) => {
      if (timer.agentId !== null) agents.add(timer.agentId);
      await apply(deps, timer, options);
    });
    if (page.next === null) break;
    after = page.next;
  }
  return agents;
}

async function apply(
  deps: Deps,
  timer: Timer,
  { foreseen, looksAgain = false }: CountOptions,
): Promise<void> {
  const { teamId, id: timerId, agentId } = timer;
  if (agentId === null) return;
  const key = { teamId, timerId };
  if (await isToCount(deps, timer, agentId, foreseen)) {
    await changeTimer(deps, key, (current) => {
      const isSame = current.agentId === agentId && isCountableOfAgent(current);
      const against = isSame ? withAgentCounter(current, agentId) : (current.countsAgainst ?? []);
      return { type: 'count', against };
    });
  }
  if (!looksAgain || timer.status !== 'running' || timer.throttledUntil === undefined) return;
  const looked = await changeTimer(deps, key, { type: 'look-again' });
  if (looked !== null) await performEffects(deps, looked.timer, looked.effects);
}

async function isToCount(
  { budgets }: Deps,
  timer: Timer,
  agentId: string,
  foreseen: Budget | undefined,
): Promise<boolean> {
  if (!isCountableOfAgent(timer) || placesOf(timer).includes(agentCounter(agentId))) return false;
  const held = await budgets.inForce(timer.teamId, agentId);
  const isDefault = held === null || held.agentId === DEFAULT_AGENT;
  const holds = foreseen?.agentId === agentId || (foreseen !== undefined && isDefault) ? foreseen : held;
  return holds !== null && holds.maxActive !== null;
}

function isCountableOfAgent(timer: Timer): boolean {
  return budgetedAgent(timer) !== null && isCountable(timer);
}
