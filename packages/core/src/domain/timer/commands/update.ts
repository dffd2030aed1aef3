import { ok, type Result } from '../../rejection.ts';
import type { Change, TimerChanges } from '../commands.ts';
import { entry } from '../log.ts';
import type { Timer } from '../state.ts';

/** Changes what a timer is called and carries; its clock stays. */
export function update(timer: Timer, changes: TimerChanges, now: number): Result<Change> {
  const fields = Object.keys(changes);
  return ok({
    timer: { ...timer, ...changes },
    entries: [entry(now, 'timer.updated', `Changed ${fields.join(', ')}`)],
  });
}
