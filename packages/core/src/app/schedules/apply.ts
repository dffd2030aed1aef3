import type { ScheduleCommand } from '../../domain/schedule/commands.ts';
import type { Schedule } from '../../domain/schedule/state.ts';
import { transition } from '../../domain/schedule/transition.ts';
import type { ScheduleDecision } from '../../ports/schedule-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { performEffects } from '../effects.ts';
import { scheduleNotFound, unwrap } from '../errors.ts';
import { settleSchedule } from './settle.ts';

/** Changes a schedule by a command of a client, and then the timers. @param check throws to refuse the command */
export async function applyToSchedule(
  deps: Deps,
  { principal, commandId }: RequestContext,
  id: string,
  decide: (schedule: Schedule) => ScheduleCommand,
): Promise<Schedule> {
  const now = deps.clock.now();
  const key = { teamId: principal.teamId, scheduleId: id };
  const schedule = await deps.schedules.update(key, (current): ScheduleDecision<Schedule> => {
    if (current === null) throw scheduleNotFound(id);
    const changed = unwrap(transition(current, decide(current), now, commandId));
    return changed === current ? { result: current } : { save: changed, result: changed };
  });
  // Also where nothing changed: the request may be a repeat of one that stopped half-way.
  if (schedule.unsettledSince !== null) await settleSchedule(deps, schedule, performEffects);
  return schedule;
}
