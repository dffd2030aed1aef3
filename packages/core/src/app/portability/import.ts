import { PortableSchedule } from '@minoots/contract';
import type { Deps, RequestContext } from '../deps.ts';
import { inParallel } from '../in-parallel.ts';
import { type Attempt, attempt } from '../timers/batch-drafts.ts';
import { importSchedule } from './import-schedule.ts';
import { importTimers } from './import-timers.ts';
import { isOfType, readItem } from './read-item.ts';

/** Schedules taken up at a time. */
const PARALLEL = 20;

export interface Imported {
  id: string;
  /** False when the same was there already. */
  imported: boolean;
}

/**
 * Takes up timers and schedules that were exported, with their ids and what remains of their clocks. Each item is judged by
 * itself; outcomes come in the order of the items. Schedules go first, because timers may wait for their occurrences and
 * occurrences ask for their schedules.
 */
export async function importItems(
  deps: Deps,
  ctx: RequestContext,
  items: readonly unknown[],
): Promise<Attempt<Imported>[]> {
  const numbered = items.map((item, number) => ({ item, number }));
  const [schedules, timers] = [
    numbered.filter(({ item }) => isOfType(item, 'schedule')),
    numbered.filter(({ item }) => !isOfType(item, 'schedule')),
  ];
  const outcomes = new Array<Attempt<Imported>>(items.length);
  await inParallel(schedules, PARALLEL, async ({ item, number }) => {
    outcomes[number] = await attempt(async () =>
      importSchedule(deps, ctx, readItem(PortableSchedule, item, number)),
    );
  });
  const imported = await importTimers(deps, ctx, timers);
  for (const [index, { number }] of timers.entries()) {
    const outcome = imported[index];
    if (outcome !== undefined) outcomes[number] = outcome;
  }
  return outcomes;
}
