import { reasonNotToRun as reasonOf } from '../../domain/schedule/fitness.ts';
import type { Timer } from '../../domain/timer/state.ts';
import type { Deps } from '../deps.ts';

/** Why an occurrence of a schedule that came due shall not run; null when it shall. Reads the schedule, and the occurrence that fired before. */
export async function reasonNotToRun(deps: Deps, timer: Timer): Promise<string | null> {
  const { teamId, scheduleId, occurrence } = timer;
  if (scheduleId === null || occurrence === undefined || timer.status !== 'running') return null;
  const schedule = await deps.schedules.get({ teamId, scheduleId });
  const reason = reasonOf(schedule, occurrence, deps.clock.now() - timer.fireAt);
  if (reason !== null || schedule === null || schedule.overlap === 'allow') return reason;
  const { lastFired } = schedule;
  const before = lastFired === null ? null : await deps.timers.get({ teamId, timerId: lastFired });
  return before?.status === 'firing' ? `Overlap: ${lastFired}, which fired before, still delivers` : null;
}
