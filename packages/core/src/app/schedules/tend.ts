import { checkAt } from '../../domain/schedule/time.ts';
import type { ScheduleKey } from '../../ports/schedule-store.ts';
import type { Deps } from '../deps.ts';
import { performEffects } from '../effects.ts';
import { inParallel } from '../in-parallel.ts';
import { advanceSchedule, endOf } from './advance.ts';
import { settleSchedule } from './settle.ts';

const PAGE = 200;
const PARALLEL = 20;
/** Longer than a schedule may be left half-way before others take it on, in ms. */
const RESTART_AHEAD_MS = 30_000;

/** Schedules that were helped on, and those that could not be: they are found again. */
export interface TendCounts {
  tended: number;
  failed: number;
}

/**
 * Looks after schedules that somebody has left half-way, or whose occurrence is overdue: the last resort by which none
 * ever stands still. To be called every minute.
 * @param hasRestarted whether the only process that could be half-way has just started, so that nobody is
 */
export async function tendSchedules(deps: Deps, hasRestarted = false): Promise<TendCounts> {
  const counts: TendCounts = { tended: 0, failed: 0 };
  const until = deps.clock.now() + (hasRestarted ? RESTART_AHEAD_MS : 0);
  let after: string | null = null;
  do {
    const { keys, next } = await deps.schedules.listToCheck({ until, limit: PAGE, after });
    await inParallel(keys, PARALLEL, async (key) => {
      try {
        if (await tendSchedule(deps, key, until)) counts.tended++;
      } catch (error) {
        counts.failed++;
        deps.logger.error({ err: error, ...key }, 'a schedule could not be looked after');
      }
    });
    after = next;
  } while (after !== null);
  return counts;
}

/** Whether there was something to do. */
async function tendSchedule(deps: Deps, key: ScheduleKey, until: number): Promise<boolean> {
  const schedule = await deps.schedules.get(key);
  const dueAt = schedule && checkAt(schedule);
  if (schedule === null || dueAt === null || dueAt > until) return false;
  const { next, unsettledSince } = schedule;
  if (unsettledSince !== null) {
    await settleSchedule(deps, schedule, performEffects);
    return true;
  }
  if (next === null) return false;
  const timer = await deps.timers.get({ teamId: key.teamId, timerId: next.timerId });
  const isOurs = timer?.scheduleId === key.scheduleId;
  const end = isOurs ? endOf(timer, deps.clock.now()) : ({ type: 'gone' } as const);
  // One that is due and pending has an alarm of its own, which others look after.
  if (end === null) return false;
  await advanceSchedule(deps, key, next.timerId, end, performEffects);
  return true;
}
