import { openParents } from '../../domain/timer/commands/settle-parent.ts';
import type { ParentNews } from '../../domain/timer/commands.ts';
import { outcomesOf } from '../../domain/timer/outbox.ts';
import type { Timer } from '../../domain/timer/state.ts';
import type { TimerKey } from '../../ports/timer-store.ts';
import { changeTimer } from '../change-timer.ts';
import type { Deps } from '../deps.ts';
import { expectDependents } from './expect-dependents.ts';
import { type PerformEffects, tellChild } from './tell-child.ts';

/**
 * Looks at the parents of a stored timer, so that none can have ended unseen while it was being stored, and none can end
 * untold from now on. A parent that is gone counts as failed.
 */
export async function checkParents(deps: Deps, timer: Timer, perform: PerformEffects): Promise<void> {
  const { teamId, id: timerId, dependencies } = timer;
  if (dependencies === null) return;
  const news = await Promise.all(
    openParents(dependencies).map((parentId) => newsOf(deps, { teamId, timerId: parentId })),
  );
  let current: Timer | null = timer;
  for (const each of news.flat()) {
    if (current?.status === 'waiting') current = await tellChild(deps, { teamId, timerId }, each, perform);
  }
  if (current?.status === 'waiting')
    await changeTimer(deps, { teamId, timerId }, { type: 'parents-checked' });
}

async function newsOf(deps: Deps, parent: TimerKey): Promise<ParentNews[]> {
  const timer = await expectDependents(deps, parent);
  const parentId = parent.timerId;
  return timer === null
    ? [{ parentId, outcome: 'failed' }]
    : outcomesOf(timer).map((outcome) => ({ parentId, ...outcome }));
}
