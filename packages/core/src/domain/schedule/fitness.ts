import type { PlanOrigin } from '../timer/state.ts';
import { toleranceMs } from './occurrences.ts';
import type { Schedule } from './state.ts';

/**
 * Why an occurrence that came due shall not run, by its schedule; null when it shall. Whether the occurrence that fired
 * before still delivers is judged by others.
 * @param lateMs how long ago it came due
 */
export function reasonNotToRun(
  schedule: Schedule | null,
  { plannedAt, revision }: PlanOrigin,
  lateMs: number,
): string | null {
  if (schedule === null || schedule.status === 'deleting') return 'Its schedule is deleted';
  if (schedule.status === 'paused') return 'Its schedule is paused';
  if (schedule.revision !== revision) return 'Its schedule was changed since, and plans other occurrences';
  if (schedule.catchUp === 'none' && lateMs > toleranceMs(schedule, plannedAt))
    return `Missed: it came up ${lateMs} ms after its time, and catch_up is none`;
  return null;
}
