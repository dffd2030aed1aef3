import { openParents } from '../../domain/timer/commands/settle-parent.ts';
import type { Timer } from '../../domain/timer/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import type { MinootsError } from '../errors.ts';
import { inParallel } from '../in-parallel.ts';
import { attempt, draftBatch } from './batch-drafts.ts';
import { type CreateOutcome, finishInsert } from './create.ts';
import { expectDependents } from './expect-dependents.ts';
import { insertTimers } from './insert.ts';

export type BatchItemOutcome = ({ ok: true } & CreateOutcome) | { ok: false; error: MinootsError };

const PARALLEL = 50;

/** Creates many timers with one commit. Each item is judged by itself; outcomes come in the order of the items. */
export async function createTimers(
  deps: Deps,
  ctx: RequestContext,
  items: readonly unknown[],
): Promise<BatchItemOutcome[]> {
  const drafts = await draftBatch(deps, ctx, items);
  const timers = drafts.flatMap((draft) => (draft.ok && !draft.value.isStored ? [draft.value.timer] : []));
  await announce(deps, ctx.principal.teamId, timers);
  const inserted = await insertTimers(deps, timers);
  let next = 0;
  return Promise.all(
    drafts.map(async (draft): Promise<BatchItemOutcome> => {
      if (!draft.ok) return draft;
      const { timer, isStored } = draft.value;
      if (isStored) return { ok: true, timer, created: false };
      const insertion = inserted[next++];
      if (insertion === undefined) throw new Error('the store gave no outcome for an insert');
      const finished = await attempt(() => finishInsert(deps, insertion));
      return finished.ok ? { ok: true, ...finished.value } : finished;
    }),
  );
}

/** Readies each parent outside the batch once, lest many new timers go for the same one as they look at it later. */
async function announce(deps: Deps, teamId: string, timers: readonly Timer[]): Promise<void> {
  const own = new Set(timers.map(({ id }) => id));
  const awaited = timers.flatMap(({ dependencies }) => (dependencies ? openParents(dependencies) : []));
  const others = [...new Set(awaited)].filter((id) => !own.has(id));
  await inParallel(others, PARALLEL, async (timerId) => {
    await expectDependents(deps, { teamId, timerId });
  });
}
