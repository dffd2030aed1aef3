import { expectDependents as noteDependents } from '../../domain/timer/commands/keep-track.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { toPortable } from '../../wire/portable.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { performEffects } from '../effects.ts';
import { MinootsError } from '../errors.ts';
import { type Attempt, attempt } from '../timers/batch-drafts.ts';
import { effectsOfCreation } from '../timers/creation-effects.ts';
import { type Insertion, insertTimers, noRoomError } from '../timers/insert.ts';
import { digestOf } from './digest.ts';
import { draftImports } from './drafts.ts';
import type { Imported } from './import.ts';
import type { Item } from './read-item.ts';

/**
 * Takes up timers that were exported, with their ids, generations and what remains of their clocks; outcomes come in the
 * order of the items. One that is overdue fires at once, and its drift says how late.
 */
export async function importTimers(
  deps: Deps,
  ctx: RequestContext,
  items: readonly Item[],
): Promise<Attempt<Imported>[]> {
  const drafts = await draftImports(deps, ctx, items);
  const awaited = new Set(drafts.flatMap((draft) => (draft.ok ? parentIds(draft.value) : [])));
  const timers = drafts.flatMap((draft) =>
    draft.ok ? [awaited.has(draft.value.id) ? noteDependents(draft.value).timer : draft.value] : [],
  );
  const inserted = await insertTimers(deps, timers);
  let next = 0;
  return Promise.all(
    drafts.map(async (draft): Promise<Attempt<Imported>> => {
      if (!draft.ok) return draft;
      const insertion = inserted[next++];
      if (insertion === undefined) throw new Error('the store gave no outcome for an insert');
      return attempt(() => finishImport(deps, insertion));
    }),
  );
}

async function finishImport(deps: Deps, { timer, outcome }: Insertion): Promise<Imported> {
  if (outcome.inserted) {
    await performEffects(deps, timer, effectsOfCreation(timer));
    return { id: timer.id, imported: true };
  }
  if ('overLimit' in outcome) throw noRoomError(timer, outcome.overLimit);
  const { existing } = outcome;
  const isSame =
    timer.importDigest === existing.importDigest || timer.importDigest === digestOf(toPortable(existing));
  if (isSame) return { id: existing.id, imported: false };
  throw new MinootsError('timer_exists', `Timer ${timer.id} exists with other content`, {
    errors: [{ pointer: '/id', message: 'is the id of another timer' }],
  });
}

function parentIds({ dependencies }: Timer): string[] {
  return dependencies?.parents.map(({ id }) => id) ?? [];
}
