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
  if (known === undefined || isFinal(known.outcome)) return ok({ timer, entries: [] });

  const parents = dependencies.parents.map((parent) => (parent === known ? { ...parent, outcome } : parent));
  const waiting = { ...timer, dependencies: { ...dependencies, parents } };
  if (outcome === 'failed' && dependencies.onFailure === 'cancel') {
    return ok({
      timer: toCancelled(waiting, now),
      entries: [entry(now, 'timer.cancelled', `Parent ${parentId} did not succeed`)],
    });
  }
  if (!parents.every((parent) => isSatisfied(parent.outcome, dependencies)))
    return ok({ timer: waiting, entries: [] });
  return ok({
    timer: start(waiting, now),
    entries: [entry(now, 'timer.started', 'All parents are through; the clock runs')],
  });
}

function isFinal(outcome: ParentOutcome | null): boolean {
  return outcome === 'succeeded' || outcome === 'failed';
}

function isSatisfied(outcome: ParentOutcome | null, { when, onFailure }: Dependencies): boolean {
  if (outcome === null) return false;
  if (outcome === 'failed') return onFailure === 'start';
  return when === 'fired' || outcome === 'succeeded';
}
