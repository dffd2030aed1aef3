import type { OccurrenceEnd } from '../../domain/schedule/commands.ts';
import type { Timer } from '../../domain/timer/state.ts';
import type { ScheduleKey } from '../../ports/schedule-store.ts';
import type { Deps } from '../deps.ts';
import type { PerformEffects } from '../timers/tell-child.ts';
import { changeSchedule } from './change.ts';
import { settleSchedule } from './settle.ts';

/** Sees to the occurrence that follows one that is pending no more. Harmless when done twice. */
export async function spawnNext(
  deps: Deps,
  timer: Timer,
  scheduleId: string,
  perform: PerformEffects,
): Promise<void> {
  const end = endOf(timer, deps.clock.now());
  // A run beside the plan has no say in it.
  if (timer.occurrence === undefined || end === null) return;
  await advanceSchedule(deps, { teamId: timer.teamId, scheduleId }, timer.id, end, perform);
}

/** Lets a schedule go on from an occurrence, and makes the timers be what it then says. */
export async function advanceSchedule(
  deps: Deps,
  key: ScheduleKey,
  timerId: string,
  end: OccurrenceEnd,
  perform: PerformEffects,
): Promise<void> {
  const schedule = await changeSchedule(deps, key, { type: 'advance', timerId, end });
  if (schedule !== null) await settleSchedule(deps, schedule, perform);
}

/** What became of an occurrence; null while it is pending as planned. */
export function endOf(timer: Timer, now: number): OccurrenceEnd | null {
  switch (timer.status) {
    case 'firing':
    case 'expired':
    case 'failed':
      return { type: 'fired', at: timer.firedAt, lateMs: timer.firedAt - timer.fireAt };
    case 'skipped':
      return {
        type: 'skipped',
        reason: timer.log.findLast(({ type }) => type === 'timer.skipped')?.message ?? '',
      };
    case 'cancelled':
      return { type: 'cancelled' };
    case 'waiting':
    case 'paused':
      return { type: 'moved' };
    case 'running':
      return timer.fireAt > now ? { type: 'moved' } : null;
    default:
      return timer satisfies never;
  }
}
