import { TEAM_COUNTER } from '../../domain/quota.ts';
import type { Occurrence, Schedule } from '../../domain/schedule/state.ts';
import { createTimer, type NewTimer } from '../../domain/timer/create.ts';
import { placesOf } from '../../domain/timer/places.ts';
import type { Timer } from '../../domain/timer/state.ts';
import type { Deps } from '../deps.ts';
import { defaultRetry } from '../plans/retry.ts';
import { effectsOfCreation } from '../timers/creation-effects.ts';
import { insertTimer, noRoomError } from '../timers/insert.ts';
import type { PerformEffects } from '../timers/tell-child.ts';

/** Makes the timer of a planned occurrence, unless it is there already. */
export async function spawnOccurrence(
  deps: Deps,
  schedule: Schedule,
  { plannedAt, at, timerId }: Occurrence,
  perform: PerformEffects,
): Promise<void> {
  const occurrence = { plannedAt, revision: schedule.revision };
  await spawnTimer(deps, schedule, { id: timerId, when: { type: 'instant', at }, occurrence }, perform);
}

/** Makes a timer by the template of a schedule; answers it, or the one that has its id. */
export async function spawnTimer(
  deps: Deps,
  { id: scheduleId, teamId, createdBy, name, template, prepared }: Schedule,
  own: Pick<NewTimer, 'id' | 'when' | 'occurrence'>,
  perform: PerformEffects,
): Promise<Timer> {
  const timer = createTimer(
    {
      ...prepared,
      // What the template leaves open goes by the plan of today.
      ...(template.retry === undefined ? { retry: defaultRetry((await deps.plans.of(teamId)).id) } : {}),
      ...own,
      teamId,
      createdBy,
      name: template.name ?? name,
      dependencies: null,
      lineage: null,
      scheduleId,
      fingerprint: null,
    },
    deps.clock.now(),
  );
  return storeTimer(deps, timer, perform);
}

/**
 * Stores a timer, unless its id is taken; answers the one that has it. An occurrence of the plan that the plan of the team or
 * the budget of its agent leaves no room for takes no place yet, and is skipped if there is still none when it comes due.
 * @throws MinootsError `agent_over_budget`, `plan_limit_reached` for any other
 */
export async function storeTimer(deps: Deps, timer: Timer, perform: PerformEffects): Promise<Timer> {
  let insertion = await insertTimer(deps, timer);
  if ('overLimit' in insertion.outcome) {
    if (timer.occurrence === undefined) throw noRoomError(timer, insertion.outcome.overLimit);
    // Its agent is asked for whenever it has one; the plan only where it limits, so that others need not.
    const isLimited = placesOf(insertion.timer).includes(TEAM_COUNTER);
    const unplaced: Timer = isLimited ? { ...timer, awaitsPlace: true } : timer;
    const [outcome] = await deps.timers.insert([unplaced]);
    if (outcome === undefined || 'overLimit' in outcome)
      throw new Error('a timer was refused without a limit');
    insertion = { timer: unplaced, outcome };
  }
  const { timer: stored, outcome } = insertion;
  if ('existing' in outcome) return outcome.existing;
  await perform(deps, stored, effectsOfCreation(stored));
  return stored;
}
