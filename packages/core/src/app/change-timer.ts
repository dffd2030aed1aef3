import type { TimerCommand } from '../domain/timer/commands.ts';
import type { Timer } from '../domain/timer/state.ts';
import { type Transition, transition } from '../domain/timer/transition.ts';
import type { Decision, TimerKey } from '../ports/timer-store.ts';
import type { Deps } from './deps.ts';

/**
 * Changes a timer by a command of the service's own, which no timer refuses. What follows from it is left to the caller.
 * Null when there is no such timer any more.
 */
export function changeTimer(
  deps: Pick<Deps, 'timers' | 'clock'>,
  key: TimerKey,
  given: TimerCommand | ((timer: Timer) => TimerCommand),
): Promise<Transition | null> {
  const now = deps.clock.now();
  return deps.timers.update(key, (current): Decision<Transition | null> => {
    if (current === null) return { result: null };
    const command = typeof given === 'function' ? given(current) : given;
    const result = transition(current, command, now);
    if (!result.ok) throw new Error(`timer ${key.timerId} refused ${command.type}: ${result.detail}`);
    return result.value.timer === current
      ? { result: result.value }
      : { save: result.value.timer, result: result.value };
  });
}
