import type { TimerKey } from '../../ports/timer-store.ts';
import { changeTimer } from '../change-timer.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { performEffects } from '../effects.ts';
import { timerNotFound } from '../errors.ts';
import { inParallel } from '../in-parallel.ts';

const PAGE = 200;
const PARALLEL = 20;

/**
 * Cancels a timer if it is pending, and all that its actions made, and so on; timers that merely depend on these are told as
 * ever. Answers how many it cancelled. Stopped half-way it is to be asked for again.
 */
export async function cancelLineage(
  deps: Deps,
  { principal: { teamId } }: RequestContext,
  timerId: string,
): Promise<number> {
  const cancelled = await endLine(deps, { teamId, timerId });
  if (cancelled === null) throw timerNotFound(timerId);
  return cancelled;
}

/**
 * Ends a line of timers from one of them down. Each is ended before those that it made are looked for: what it is making
 * meanwhile is either found here, or its maker finds the end of the line. Null when there is no such timer.
 */
export async function endLine(deps: Deps, top: TimerKey): Promise<number | null> {
  const ended = await endOne(deps, top);
  if (ended === null) return null;
  let cancelled = ended;
  for (let level = [top.timerId]; level.length > 0; ) {
    const next: string[] = [];
    await inParallel(level, PARALLEL, async (timerId) => {
      for await (const madeId of madeBy(deps, { ...top, timerId })) {
        next.push(madeId);
        const more = await endOne(deps, { ...top, timerId: madeId });
        cancelled += more ?? 0;
      }
    });
    level = next;
  }
  return cancelled;
}

/** How many were cancelled by that: 1 or 0; null when there is no such timer. */
async function endOne(deps: Deps, key: TimerKey): Promise<number | null> {
  const ended = await changeTimer(deps, key, { type: 'end-line' });
  if (ended === null) return null;
  await performEffects(deps, ended.timer, ended.effects);
  const isCancelled = ended.effects.some(
    (effect) => effect.type === 'notify' && effect.entry.type === 'timer.cancelled',
  );
  return isCancelled ? 1 : 0;
}

async function* madeBy(deps: Deps, parent: TimerKey): AsyncGenerator<string, void> {
  let after: string | null = null;
  do {
    const page = await deps.timers.listChildren(parent, { limit: PAGE, after });
    for (const { id, lineage } of page.timers) if (lineage?.parentId === parent.timerId) yield id;
    after = page.next;
  } while (after !== null);
}
