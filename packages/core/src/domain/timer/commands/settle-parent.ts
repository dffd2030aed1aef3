import { ok, type Result } from '../../rejection.ts';
import type { Change } from '../commands.ts';
import { entry } from '../log.ts';
import type { Dependencies, ParentOutcome, Timer } from '../state.ts';
import { toCancelled } from './cancel.ts';
import { start } from './start.ts';

/** Takes in what a parent did. The clock starts with the last parent; a failed one cancels unless the timer says start. */
export function settleParent(
  timer: Timer,
  parentId: string,
  outcome: ParentOutcome,
  now: number,
): Result<Change> {
  const { dependencies } = timer;
  if (timer.status !== 'waiting' || dependencies === null) return ok({ timer, entries: [] });
  const known = dependencies.parents.find(({ id }) => id === parentId);
  // A parent that did what is asked of it has done so for good: its deliveries cannot undo that it fired.
  const isNews =
    known !== undefined && known.outcome !== outcome && !isSatisfied(known.outcome, dependencies);
  if (!isNews) return ok({ timer, entries: [] });

  const parents = dependencies.parents.map((parent) => (parent === known ? { ...parent, outcome } : parent));
  const waiting = { ...timer, dependencies: { ...dependencies, parents } };
  if (hasFailedParent(waiting.dependencies)) {
    const cancelled = entry(now, 'timer.cancelled', `Parent ${parentId} did not succeed`);
    return ok({ timer: toCancelled(waiting, now), entries: [cancelled] });
  }
  if (!areSatisfied(waiting.dependencies)) return ok({ timer: waiting, entries: [] });
  return ok({
    timer: start(waiting, now),
    entries: [entry(now, 'timer.started', 'All parents are through; the clock runs')],
  });
}

/** Whether every parent has done what the timer waits for. */
export function areSatisfied(dependencies: Dependencies): boolean {
  return dependencies.parents.every(({ outcome }) => isSatisfied(outcome, dependencies));
}

/** Whether a parent has ended in a way that cancels the timer. */
export function hasFailedParent(dependencies: Dependencies): boolean {
  return (
    dependencies.onFailure === 'cancel' &&
    dependencies.parents.some(({ outcome }) => outcome !== null && isFailure(outcome, dependencies))
  );
}

function isSatisfied(outcome: ParentOutcome | null, dependencies: Dependencies): boolean {
  if (outcome === null) return false;
  if (isFailure(outcome, dependencies)) return dependencies.onFailure === 'start';
  return dependencies.when === 'fired' || outcome === 'succeeded';
}

function isFailure(outcome: ParentOutcome, { when }: Dependencies): boolean {
  return outcome === 'failed' || (outcome === 'undelivered' && when === 'succeeded');
}
