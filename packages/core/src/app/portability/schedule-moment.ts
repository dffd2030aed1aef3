import type { PortableSchedule } from '@minoots/contract';
import type { Schedule } from '../../domain/schedule/state.ts';
import { transition } from '../../domain/schedule/transition.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { isPending } from '../../domain/timer/time.ts';
import { toPortableSchedule } from '../../wire/portable-schedule.ts';
import type { Deps } from '../deps.ts';
import { endOf } from '../schedules/advance.ts';

/**
 * A schedule with the pending timer of its plan, in their portable form. Where that timer is pending no more and the schedule
 * has yet to hear of it, this is the schedule as it will then be.
 */
export async function portableMoment(deps: Deps, schedule: Schedule): Promise<PortableSchedule> {
  const { id, teamId, next, brought = null } = schedule;
  if (next === null) return toPortableSchedule(schedule, null);
  const { timerId } = next;
  const found = await deps.timers.get({ teamId, timerId });
  const timer = found?.scheduleId === id ? found : null;
  if (timer !== null && isPending(timer)) return toPortableSchedule(schedule, timer);
  // It may not have been stored yet.
  if (timer === null && schedule.unsettledSince !== null) return toPortableSchedule(schedule, brought);
  const now = deps.clock.now();
  const end = (timer && endOf(timer, now)) ?? { type: 'gone' };
  const gone = transition(schedule, { type: 'advance', timerId, end }, now);
  return toPortableSchedule(gone.ok ? gone.value : schedule, null);
}

/**
 * Whether a timer is left out where timers move, because it moves with its schedule, or because its schedule is about to
 * take it back. One that was moved by hand goes its own way, and its schedule may go on without it at any moment.
 */
export async function isOfItsSchedule({ schedules }: Deps, timer: Timer): Promise<boolean> {
  const { id, teamId, scheduleId, occurrence } = timer;
  if (scheduleId === null || occurrence === undefined || !isPending(timer)) return false;
  const schedule = await schedules.get({ teamId, scheduleId });
  if (schedule === null) return false;
  const { next, withdrawn } = schedule;
  const isNext = next?.timerId === id && timer.status === 'running' && timer.fireAt === next.at;
  return isNext || withdrawn.some(({ timerId }) => timerId === id);
}
