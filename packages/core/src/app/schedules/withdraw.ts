import type { Schedule, Withdrawal } from '../../domain/schedule/state.ts';
import { entry } from '../../domain/timer/log.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { isPending } from '../../domain/timer/time.ts';
import { type Transition, transition } from '../../domain/timer/transition.ts';
import type { Decision } from '../../ports/timer-store.ts';
import type { Deps } from '../deps.ts';
import { toEvent } from '../event.ts';
import type { PerformEffects } from '../timers/tell-child.ts';

/**
 * Takes an occurrence back that is still pending: as a cancellation with what that sets off, or without a trace. One that
 * others wait for stays in either case, cancelled, so that they are told.
 */
export async function withdrawTimer(
  deps: Deps,
  { teamId, id: scheduleId }: Schedule,
  { timerId, how }: Withdrawal,
  perform: PerformEffects,
): Promise<void> {
  const now = deps.clock.now();
  type Withdrawn = (Transition & { isRemoved: boolean }) | null;
  const withdrawn = await deps.timers.update<Withdrawn>({ teamId, timerId }, (timer): Decision<Withdrawn> => {
    if (timer === null || timer.scheduleId !== scheduleId || !isPending(timer)) return { result: null };
    const isRemoved = how === 'remove' && !timer.hasDependents;
    const before = how === 'remove' ? withoutTraces(timer) : timer;
    const result = transition(before, { type: 'cancel' }, now);
    if (!result.ok) return { result: null };
    return isRemoved
      ? { remove: true, result: { ...result.value, isRemoved } }
      : { save: result.value.timer, result: { ...result.value, isRemoved } };
  });
  if (withdrawn === null) return;
  const { timer, effects, isRemoved } = withdrawn;
  if (!isRemoved) return perform(deps, timer, effects);
  await perform(
    deps,
    timer,
    effects.filter(({ type }) => type === 'disarm'),
  );
  const deleted = entry(now, 'timer.deleted', 'Withdrawn: its schedule was changed or paused');
  await deps.events.publish([toEvent(timer, deleted, false)]);
}

/** Nothing is to be done upon the cancellation of a timer that only gives way to another. */
function withoutTraces(timer: Timer): Timer {
  return { ...timer, events: { ...timer.events, cancel: [] } };
}
