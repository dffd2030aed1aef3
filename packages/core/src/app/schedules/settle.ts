import type { Schedule } from '../../domain/schedule/state.ts';
import type { Deps } from '../deps.ts';
import type { PerformEffects } from '../timers/tell-child.ts';
import { changeSchedule } from './change.ts';
import { spawnOccurrence, storeTimer } from './spawn.ts';
import { withdrawTimer } from './withdraw.ts';

/**
 * Makes the timers be what a stored schedule says: takes back those that it has withdrawn, stores the one that it has
 * brought, and makes the one that it has planned. Harmless when done twice; stopped half-way it is done again by whoever looks after the schedule.
 */
export async function settleSchedule(deps: Deps, schedule: Schedule, perform: PerformEffects): Promise<void> {
  const { teamId, id: scheduleId, next, brought } = schedule;
  const key = { teamId, scheduleId };
  for (const withdrawal of schedule.withdrawn) await withdrawTimer(deps, schedule, withdrawal, perform);
  if (schedule.status === 'deleting') {
    await deps.schedules.update(key, (current) =>
      current?.status === 'deleting' ? { remove: true, result: null } : { result: null },
    );
    return;
  }
  if (brought !== undefined) await storeTimer(deps, brought, perform);
  if (next !== null) await spawnOccurrence(deps, schedule, next, perform);
  if (schedule.unsettledSince !== null)
    await changeSchedule(deps, key, { type: 'settled', version: schedule.version });
}
