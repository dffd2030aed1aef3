import type { Timer } from '../../domain/timer/state.ts';
import { transition } from '../../domain/timer/transition.ts';
import type { TimerKey } from '../../ports/timer-store.ts';
import { changeTimer } from '../change-timer.ts';
import type { Deps } from '../deps.ts';

const COMMAND = { type: 'expect-dependents' } as const;

/**
 * Makes sure that a timer tells others of what becomes of it from now on. Answers the timer, or null when there is none.
 * Most know already, so it is looked at before it is changed.
 */
export async function expectDependents(deps: Deps, parent: TimerKey): Promise<Timer | null> {
  const seen = await deps.timers.get(parent);
  if (seen === null) return null;
  const needless = transition(seen, COMMAND, deps.clock.now());
  if (needless.ok && needless.value.timer === seen) return seen;
  const changed = await changeTimer(deps, parent, COMMAND);
  return changed?.timer ?? null;
}
