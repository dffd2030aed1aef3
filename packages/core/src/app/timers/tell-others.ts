import type { OutboxItem, Timer } from '../../domain/timer/state.ts';
import type { TimerKey } from '../../ports/timer-store.ts';
import { changeTimer } from '../change-timer.ts';
import type { Deps } from '../deps.ts';
import { spawnNext } from '../schedules/advance.ts';
import { type PerformEffects, tellChild } from './tell-child.ts';

/** Dependents told at a time. */
const PAGE = 100;

/**
 * Tells others what became of a timer, and takes note that they have been told. Stopped half-way it is done again when the
 * timer is woken.
 */
export async function tellOthers(
  deps: Deps,
  timer: Timer,
  items: readonly OutboxItem[],
  perform: PerformEffects,
): Promise<void> {
  const key = { teamId: timer.teamId, timerId: timer.id };
  for (const item of items) {
    switch (item.type) {
      case 'wake-dependents':
        await tellDependents(deps, key, item, perform);
        break;
      case 'spawn-next':
        await spawnNext(deps, timer, item.scheduleId, perform);
        break;
      default:
        item satisfies never;
    }
  }
  const untilVersion = Math.max(...items.map(({ version }) => version));
  await changeTimer(deps, key, { type: 'clear-outbox', untilVersion });
}

async function tellDependents(
  deps: Deps,
  parent: TimerKey,
  { outcome, since: at }: Extract<OutboxItem, { type: 'wake-dependents' }>,
  perform: PerformEffects,
): Promise<void> {
  const news = { parentId: parent.timerId, outcome, at };
  let after: string | null = null;
  do {
    const { timerIds, next } = await deps.timers.listDependents(parent, { limit: PAGE, after });
    const children = timerIds.map((timerId) => ({ teamId: parent.teamId, timerId }));
    await Promise.all(children.map((child) => tellChild(deps, child, news, perform)));
    after = next;
  } while (after !== null);
}
