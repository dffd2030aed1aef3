import { withEcosystemLabels, withoutEcosystemLabels } from '../../ecosystem-labels.ts';
import { ok, type Result } from '../../rejection.ts';
import type { Change, TimerChanges } from '../commands.ts';
import { entry } from '../log.ts';
import type { Timer } from '../state.ts';

/** Changes what a timer is called and carries; its clock stays. */
export function update(timer: Timer, changes: TimerChanges, now: number): Result<Change> {
  const fields = Object.keys(changes);
  const { metadata = timer.metadata } = changes;
  const own = changes.labels ?? withoutEcosystemLabels(timer.labels, timer.metadata);
  return ok({
    timer: { ...timer, ...changes, labels: withEcosystemLabels(own, metadata) },
    entries: [entry(now, 'timer.updated', `Changed ${fields.join(', ')}`)],
  });
}
