import { entry } from '../../domain/timer/log.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { transition } from '../../domain/timer/transition.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { performEffects, toEvent } from '../effects.ts';
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
  await performEffects(
    deps,
    timer,
    effects.filter(({ type }) => type !== 'notify'),
  );
  const told = effects.flatMap((effect) => (effect.type === 'notify' ? [effect.entry] : []));
  const deleted = entry(now, 'timer.deleted', 'Deleted by request');
  // The history went with the timer, so the feed is the only place left for these.
  await deps.events.publish([...told, deleted].map((happened) => toEvent(timer, happened, false)));
  return timer;
}
