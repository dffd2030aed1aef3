import { entry } from '../../domain/timer/log.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { transition } from '../../domain/timer/transition.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { performEffects } from '../effects.ts';
import { fromRejection, MinootsError, timerNotFound } from '../errors.ts';

/** Removes a timer with its history; a pending one is cancelled by that. One that is delivering has to end first. */
export async function deleteTimer(deps: Deps, { principal }: RequestContext, id: string): Promise<Timer> {
  const now = deps.clock.now();
  const key = { teamId: principal.teamId, timerId: id };
  const { timer, effects } = await deps.timers.update(key, (current) => {
    if (current === null) throw timerNotFound(id);
    if (current.status === 'firing') {
      throw new MinootsError(
        'invalid_state',
        `Timer ${id} is delivering its actions; delete it when it has ended`,
      );
    }
    const isPending =
      current.status === 'waiting' || current.status === 'running' || current.status === 'paused';
    if (!isPending) return { remove: true, result: { timer: current, effects: [] } };
    const cancelled = transition(current, { type: 'cancel' }, now);
    if (!cancelled.ok) throw fromRejection(cancelled);
    return { remove: true, result: cancelled.value };
  });
  const deleted = entry(now, 'timer.deleted', 'Deleted by request');
  await performEffects(deps, timer, [...effects, { type: 'notify', entry: deleted }]);
  return timer;
}
