import { openParents } from '../../domain/timer/commands/settle-parent.ts';
import type { Timer } from '../../domain/timer/state.ts';
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
  const outcomes = await Promise.all(
    openParents(dependencies).map(async (parentId) => {
      const outcome = await expectDependents(deps, { teamId, timerId: parentId });
      return { parentId, outcome: outcome === undefined ? ('failed' as const) : outcome };
    }),
  );
  let current: Timer | null = timer;
  for (const { parentId, outcome } of outcomes) {
    if (outcome === null || current?.status !== 'waiting') continue;
    current = await tellChild(deps, { teamId, timerId }, { parentId, outcome }, perform);
  }
  if (current?.status === 'waiting')
    await changeTimer(deps, { teamId, timerId }, { type: 'parents-checked' });
}
