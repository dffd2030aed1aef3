import { withEcosystemLabels, withoutEcosystemLabels } from '../../ecosystem-labels.ts';
import { ok, type Result } from '../../rejection.ts';
import type { Change, UpdateCommand } from '../commands.ts';
import { entry } from '../log.ts';
import type { Timer } from '../state.ts';
import { lookAgain, takePlaces } from './budget.ts';

/** Changes what a timer is called and carries; its clock stays. A fire that is put off is looked at again for another agent. */
export function update(timer: Timer, { changes, countAgainst }: UpdateCommand, now: number): Result<Change> {
  const fields = Object.keys(changes);
  const { metadata = timer.metadata, agentId = timer.agentId } = changes;
  const own = changes.labels ?? withoutEcosystemLabels(timer.labels, timer.metadata);
  const free = agentId === timer.agentId ? timer : lookAgain(timer).timer;
  const counted = countAgainst === undefined ? free : takePlaces(free, countAgainst).timer;
  return ok({
    timer: { ...counted, ...changes, labels: withEcosystemLabels(own, metadata) },
    entries: [entry(now, 'timer.updated', `Changed ${fields.join(', ')}`)],
  });
}
