import type { Change } from '../commands.ts';
import type { Timer } from '../state.ts';
import { isTerminal } from '../time.ts';

/** Takes note that timers wait for this one. One that has ended stays as it is: its outcome is all that they wait for. */
export function expectDependents(timer: Timer): Change {
  const isKnown = timer.hasDependents || isTerminal(timer);
  return { timer: isKnown ? timer : { ...timer, hasDependents: true }, entries: [] };
}

/** Takes note that no parent ended unseen while the timer was being stored. */
export function parentsChecked(timer: Timer): Change {
  const { dependencies } = timer;
  if (dependencies === null || dependencies.uncheckedSince === null) return { timer, entries: [] };
  return { timer: { ...timer, dependencies: { ...dependencies, uncheckedSince: null } }, entries: [] };
}

/** Takes note that others have been told of all changes up to a version. */
export function clearOutbox(timer: Timer, untilVersion: number): Change {
  const outbox = timer.outbox.filter(({ version }) => version > untilVersion);
  return { timer: outbox.length === timer.outbox.length ? timer : { ...timer, outbox }, entries: [] };
}
