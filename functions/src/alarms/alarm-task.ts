import type { Alarm, AlarmHandler, Clock, Logger, RealTime } from '@minoots/core';
import * as z from 'zod';
import { nextStop } from './horizon.ts';

/** What a task carries. */
const AlarmTask = z.object({
  teamId: z.string().min(1),
  timerId: z.string().min(1),
  at: z.int(),
  generation: z.int(),
}) satisfies z.ZodType<Alarm>;

/**
 * How much too early, by this process's clock, a task may come and still be waited for, in ms: half of what a process has
 * that is told to stop.
 */
const MAX_EARLY_MS = 5_000;

export interface AlarmTaskDeps {
  wake: AlarmHandler;
  clock: Clock;
  realTime: RealTime;
  logger: Logger;
}

/** The body of the request by which Cloud Tasks brings an alarm, as `onTaskDispatched` reads it. */
export function alarmTaskBody({ teamId, timerId, at, generation }: Alarm): string {
  return JSON.stringify({ data: { teamId, timerId, at, generation } });
}

/**
 * Answers a dispatched task. A payload that is no alarm is logged and dropped: it would come again for ever.
 * @throws whatever `wake` throws, so that Cloud Tasks brings the task again
 */
export async function handleAlarm(deps: AlarmTaskDeps, data: unknown): Promise<void> {
  const { success, data: alarm, error } = AlarmTask.safeParse(data);
  if (!success) {
    deps.logger.error({ issues: z.prettifyError(error) }, 'a task that carries no alarm was dropped');
    return;
  }
  await waitForStop(alarm, deps);
  await deps.wake(alarm);
}

/**
 * Waits for a stop that is moments away, because arming the alarm again would meet the name of this very task. One that
 * comes earlier than that was run by hand; it is armed anew, or found overdue by the sweeper.
 */
async function waitForStop(alarm: Alarm, { clock, realTime }: AlarmTaskDeps): Promise<void> {
  const now = clock.now();
  const earlyMs = nextStop(alarm.at, now) - now;
  if (earlyMs <= 0 || earlyMs > MAX_EARLY_MS) return;
  // A timeout may end a moment before its millisecond is full.
  await realTime.wait(earlyMs + 1);
}
