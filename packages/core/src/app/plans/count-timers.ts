import { TEAM_COUNTER } from '../../domain/quota.ts';
import type { TeamPlan } from '../../domain/team/state.ts';
import { ACTIVE_STATUSES, isCountable, placesOf, withCounter } from '../../domain/timer/places.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { changeTimer } from '../change-timer.ts';
import type { Deps } from '../deps.ts';
import { inParallel } from '../in-parallel.ts';

/** Timers read and changed at a time. */
const PAGE = 200;
const PARALLEL = 20;
/**
 * How long after a change of plan timers are looked for that do not count, in ms. Each look reads all active timers, so it is
 * not for ever; a sweep that cannot finish has that long to try again.
 */
const LOOK_FOR_MS = 86_400_000;

type CountDeps = Pick<Deps, 'timers' | 'clock'>;

/** Whether a team may have timers that are to count and do not, because it had no limit when they were made. */
export function mayLackPlaces({ since }: Pick<TeamPlan, 'since'>, now: number): boolean {
  return now - since < LOOK_FOR_MS;
}

/**
 * Makes active timers of a team count against its plan that do not, be there room or not.
 * @param atMost looks at no more timers than this, the newest
 */
export async function countTeamTimers(
  deps: CountDeps,
  teamId: string,
  atMost = Number.POSITIVE_INFINITY,
): Promise<void> {
  let left = atMost;
  let after: string | undefined;
  while (left > 0) {
    const limit = Math.min(PAGE, left);
    const page = await deps.timers.list(teamId, { statuses: ACTIVE_STATUSES }, limit, after);
    left -= page.timers.length;
    const uncounted = page.timers.filter(isUncounted);
    await inParallel(uncounted, PARALLEL, ({ id: timerId }) => count(deps, teamId, timerId));
    if (page.next === null) return;
    after = page.next;
  }
}

async function count(deps: CountDeps, teamId: string, timerId: string): Promise<void> {
  await changeTimer(deps, { teamId, timerId }, (timer) => ({
    type: 'count',
    against: isUncounted(timer) ? withCounter(timer, TEAM_COUNTER) : (timer.countsAgainst ?? []),
  }));
}

function isUncounted(timer: Timer): boolean {
  return isCountable(timer) && !placesOf(timer).includes(TEAM_COUNTER);
}
