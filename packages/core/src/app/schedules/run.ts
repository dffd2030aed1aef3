import type { Timer } from '../../domain/timer/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { performEffects } from '../effects.ts';
import { timerIdFor } from '../ids.ts';
import { applyToSchedule } from './apply.ts';
import { getSchedule } from './get.ts';
import { spawnTimer } from './spawn.ts';

/**
 * Makes an occurrence that fires at once, beside the plan, which stays as it is. A paused schedule can be run too.
 * @throws MinootsError `agent_over_budget`, `plan_limit_reached`; nothing changed
 */
export async function runSchedule(deps: Deps, ctx: RequestContext, id: string): Promise<Timer> {
  const { principal, commandId } = ctx;
  const schedule = await getSchedule(deps, ctx, id);
  const timerId =
    commandId === undefined ? `tmr_${deps.random.id()}` : timerIdFor(principal.teamId, commandId);
  const when = { type: 'instant', at: deps.clock.now() } as const;
  const timer = await spawnTimer(deps, schedule, { id: timerId, when }, performEffects);
  await applyToSchedule(deps, ctx, id, () => ({ type: 'note-run', timerId, by: principal.id }));
  return timer;
}
