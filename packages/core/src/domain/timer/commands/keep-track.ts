import type { Change } from '../commands.ts';
import type { Timer } from '../state.ts';

/** Takes note that timers wait for this one. One that can do nothing more for them stays as it is. */
export function expectDependents(timer: Timer): Change {
  const isFinal = timer.status === 'expired' || timer.status === 'skipped' || timer.status === 'cancelled';
  return { timer: timer.hasDependents || isFinal ? timer : { ...timer, hasDependents: true }, entries: [] };
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
