import { outcomeOf } from '../../domain/timer/outbox.ts';
import type { ParentOutcome } from '../../domain/timer/state.ts';
import { transition } from '../../domain/timer/transition.ts';
import type { TimerKey } from '../../ports/timer-store.ts';
import { changeTimer } from '../change-timer.ts';
import type { Deps } from '../deps.ts';

const COMMAND = { type: 'expect-dependents' } as const;

/**
 * Makes sure that a timer tells others of what becomes of it from now on. Answers what it has done so far, or undefined
 * when there is no such timer. Most know already, so it is looked at before it is changed.
 */
export async function expectDependents(
  deps: Deps,
  parent: TimerKey,
): Promise<ParentOutcome | null | undefined> {
  const seen = await deps.timers.get(parent);
  if (seen === null) return undefined;
  const needless = transition(seen, COMMAND, deps.clock.now());
  if (needless.ok && needless.value.timer === seen) return outcomeOf(seen);
  const changed = await changeTimer(deps, parent, COMMAND);
  return changed === null ? undefined : outcomeOf(changed.timer);
}
