import type { ScheduleCommand } from '../../domain/schedule/commands.ts';
import type { Schedule } from '../../domain/schedule/state.ts';
import { transition } from '../../domain/schedule/transition.ts';
import type { ScheduleDecision, ScheduleKey } from '../../ports/schedule-store.ts';
import type { Deps } from '../deps.ts';

/**
 * Changes a schedule by a command of the service's own. What follows from it is left to the caller.
 * @returns the schedule as it is then; null when there is none, or the command comes too late for it
 */
export function changeSchedule(
  deps: Deps,
  key: ScheduleKey,
  command: ScheduleCommand,
): Promise<Schedule | null> {
  const now = deps.clock.now();
  return deps.schedules.update(key, (current): ScheduleDecision<Schedule | null> => {
    if (current === null) return { result: null };
    const result = transition(current, command, now);
    if (!result.ok) return { result: null };
    return result.value === current ? { result: current } : { save: result.value, result: result.value };
  });
}
