import type { PortableSchedule } from '@minoots/contract';
import type { ScheduleCommand } from '../../domain/schedule/commands.ts';
import type { Schedule } from '../../domain/schedule/state.ts';
import { isPending } from '../../domain/timer/time.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { performEffects } from '../effects.ts';
import { MinootsError } from '../errors.ts';
import { endOf } from '../schedules/advance.ts';
import { changeSchedule } from '../schedules/change.ts';
import { settleSchedule } from '../schedules/settle.ts';
import { digestOf } from './digest.ts';
import type { Imported } from './import.ts';
import { restoreSchedule } from './restore-schedule.ts';
import { portableMoment } from './schedule-moment.ts';

/**
 * Takes up a schedule that was exported. The timer of its pending occurrence is written down with it in one step and stored
 * from there, so that whoever looks after the schedule goes on where a crash cut this short.
 */
export async function importSchedule(
  deps: Deps,
  ctx: RequestContext,
  portable: PortableSchedule,
): Promise<Imported> {
  const schedule = await restoreSchedule(deps, ctx, portable);
  const existing = await deps.schedules.get({ teamId: schedule.teamId, scheduleId: schedule.id });
  if (existing === null) await checkOccurrence(deps, schedule);
  const held = await deps.schedules.insert(schedule);
  if (held === null) {
    await settle(deps, schedule);
    return { id: schedule.id, imported: true };
  }
  if (!(await isSame(deps, schedule, held)))
    throw new MinootsError('schedule_exists', `Schedule ${schedule.id} exists with other content`, {
      errors: [{ pointer: '/id', message: 'is the id of another schedule' }],
    });
  // The first try may have stopped half-way.
  if (held.unsettledSince !== null) await settle(deps, held);
  return { id: schedule.id, imported: false };
}

/** @throws MinootsError `timer_exists` where the id of its occurrence is taken by a timer that is none of its own */
async function checkOccurrence({ timers }: Deps, { id, teamId, next }: Schedule): Promise<void> {
  const taken = next && (await timers.get({ teamId, timerId: next.timerId }));
  if (!taken || taken.scheduleId === id) return;
  throw new MinootsError('timer_exists', `Timer ${taken.id} exists and is no occurrence of schedule ${id}`, {
    errors: [{ pointer: '/next', message: 'has the id of another timer' }],
  });
}

async function isSame(deps: Deps, schedule: Schedule, held: Schedule): Promise<boolean> {
  if (held.status === 'deleting') return false;
  const { importDigest } = schedule;
  return importDigest === held.importDigest || importDigest === digestOf(await portableMoment(deps, held));
}

/** Stores what it brings. Where that was here before, and has ended, the plan goes on from there. */
async function settle(deps: Deps, schedule: Schedule): Promise<void> {
  const key = { teamId: schedule.teamId, scheduleId: schedule.id };
  let current: Schedule | null = schedule;
  while (current !== null) {
    await settleSchedule(deps, current, performEffects);
    const ended: AdvanceCommand | null = await endOfNext(deps, current);
    current = ended && (await changeSchedule(deps, key, ended));
  }
}

type AdvanceCommand = Extract<ScheduleCommand, { type: 'advance' }>;

/** Null while its occurrence is pending, and where it has none. */
async function endOfNext(deps: Deps, { id, teamId, next }: Schedule): Promise<AdvanceCommand | null> {
  const timer = next && (await deps.timers.get({ teamId, timerId: next.timerId }));
  if (!timer || timer.scheduleId !== id || isPending(timer)) return null;
  const end = endOf(timer, deps.clock.now());
  return end && { type: 'advance', timerId: timer.id, end };
}
