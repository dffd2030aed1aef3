import { ok, type Result } from '../../rejection.ts';
import type { Change, SettleParentCommand } from '../commands.ts';
import { entry } from '../log.ts';
import type { Dependencies, NewLogEntry, ParentOutcome, Timer, TimerIn } from '../state.ts';
import { isTimeUp } from '../time.ts';
import { toCancelled } from './cancel.ts';
import { fire } from './fire.ts';
import { start } from './start.ts';

/**
 * Takes in what a parent did. The clock starts at the instant at which the last parent was through, however much later the
 * timer is told; a failed one cancels unless the timer says start.
 */
export function settleParent(
  timer: Timer,
  { parentId, outcome, at, isMetered = false }: SettleParentCommand,
  now: number,
): Result<Change> {
  const { dependencies } = timer;
  if (timer.status !== 'waiting' || dependencies === null) return ok({ timer, entries: [] });
  const known = dependencies.parents.find(({ id }) => id === parentId);
  // A parent that did what is asked of it has done so for good: its deliveries cannot undo that it fired.
  const isNews =
    known !== undefined && known.outcome !== outcome && !isSatisfied(known.outcome, dependencies);
  if (!isNews) return ok({ timer, entries: [] });

  const parents = dependencies.parents.map((parent) =>
    parent === known ? { ...parent, outcome, at: at ?? now } : parent,
  );
  const waiting = { ...timer, dependencies: { ...dependencies, parents } };
  if (hasFailedParent(waiting.dependencies)) {
    return ok({ timer: toCancelled(waiting, now), entries: [failureEntry(waiting.dependencies, now)] });
  }
  if (!areSatisfied(waiting.dependencies)) return ok({ timer: waiting, entries: [] });
  return ok(startAndMaybeFire(waiting, isMetered, now));
}

/** One whose time has passed already fires with the same change, where nothing has to be looked at before. */
function startAndMaybeFire(
  timer: TimerIn<'waiting'> & { dependencies: Dependencies },
  isMetered: boolean,
  now: number,
): Change {
  const instants = timer.dependencies.parents.map(({ at }) => at ?? timer.createdAt);
  const started = start(timer, Math.min(now, Math.max(timer.createdAt, ...instants)));
  const entries = [startEntry(timer.dependencies, now)];
  const { conditions, occurrence, events } = started;
  const isSimple = conditions === null && occurrence === undefined && events.progress === null && !isMetered;
  if (!isSimple || !isTimeUp(started, now)) return { timer: started, entries };
  const fired = fire(started, now, 'Fired on time');
  return { timer: fired.timer, entries: [...entries, ...fired.entries] };
}

/** Why the failure of a parent cancels the timer. */
export function failureEntry(dependencies: Dependencies, now: number): NewLogEntry {
  const failed = failedParents(dependencies);
  const reasons = failed.map(({ id, outcome }) =>
    outcome === 'failed' ? `${id} ended without firing` : `not all actions of ${id} were delivered`,
  );
  return entry(now, 'timer.cancelled', `A parent failed: ${reasons.join(', ')}`, {
    failed_parents: failed.map(({ id }) => id),
  });
}

function startEntry(dependencies: Dependencies, now: number): NewLogEntry {
  const failed = failedParents(dependencies).map(({ id }) => id);
  if (failed.length === 0) return entry(now, 'timer.started', 'All parents are through; the clock runs');
  const message = `No parent is left to wait for; the clock runs, as asked, though these failed: ${failed.join(', ')}`;
  return entry(now, 'timer.started', message, { failed_parents: failed });
}

function failedParents(dependencies: Dependencies): Dependencies['parents'] {
  return dependencies.parents.filter(({ outcome }) => outcome !== null && isFailure(outcome, dependencies));
}

/** Ids of the parents that have not done yet what the timer waits for. */
export function openParents(dependencies: Dependencies): string[] {
  return dependencies.parents
    .filter(({ outcome }) => !isSatisfied(outcome, dependencies))
    .map(({ id }) => id);
}

/** Whether every parent has done what the timer waits for. */
export function areSatisfied(dependencies: Dependencies): boolean {
  return openParents(dependencies).length === 0;
}

/** Whether a parent has ended in a way that cancels the timer. */
export function hasFailedParent(dependencies: Dependencies): boolean {
  return dependencies.onFailure === 'cancel' && failedParents(dependencies).length > 0;
}

function isSatisfied(outcome: ParentOutcome | null, dependencies: Dependencies): boolean {
  if (outcome === null) return false;
  if (isFailure(outcome, dependencies)) return dependencies.onFailure === 'start';
  return dependencies.when === 'fired' || outcome === 'succeeded';
}

function isFailure(outcome: ParentOutcome, { when }: Dependencies): boolean {
  return outcome === 'failed' || (outcome === 'undelivered' && when === 'succeeded');
}
