import type { Schedule } from '../../domain/schedule/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { scheduleNotFound } from '../errors.ts';

/** Reads a schedule. */
export async function getSchedule(deps: Deps, { principal }: RequestContext, id: string): Promise<Schedule> {
  const schedule = await deps.schedules.get({ teamId: principal.teamId, scheduleId: id });
  if (schedule === null || schedule.status === 'deleting') throw scheduleNotFound(id);
  return schedule;
}
