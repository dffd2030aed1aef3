import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AlarmHandler } from '@minoots/core';
import { type AlarmClockHarness, alarmClockContract, sampleTimer } from '@minoots/core/testing';
import { HORIZON_MS } from '../src/alarms/horizon.ts';
import { taskRef } from '../src/alarms/task-name.ts';
import { TasksAlarmClock } from '../src/alarms/tasks-alarm-clock.ts';
import { type AlarmBench, alarmIn, openAlarmBench } from './support/alarm-bench.ts';
import { epochMs } from './support/task-requests.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The in-process database takes milliseconds for each of hundreds of timers. */
alarmClockContract('TasksAlarmClock', openTasksAlarmClock);

async function openTasksAlarmClock(handle: AlarmHandler): Promise<AlarmClockHarness> {
  // What `wakeTimer` does with a timer that is not due yet: its alarm is armed again, for the next stop.
  const wake: AlarmHandler = (alarm) => (alarm.at > bench.clock.now() ? alarms.arm(alarm) : handle(alarm));
  const bench = await openAlarmBench({ wake });
  let { alarms } = bench;
  return {
    get alarms() {
      return alarms;
    },
    timers: bench.timers,
    now: () => bench.clock.now(),
    advance: async (byMs) => {
      await bench.advance(byMs);
    },
    crash: async () => {
      alarms = bench.newAlarms();
    },
    close: bench.close,
  };
}

describe('TasksAlarmClock', () => {
  let bench: AlarmBench;
  let handled: string[];
  let wake: AlarmHandler;

  beforeEach(async () => {
    handled = [];
    wake = async ({ timerId }) => void handled.push(timerId);
    bench = await openAlarmBench({ wake: (alarm) => wake(alarm) });
  });
  afterEach(() => bench.close());

  const scheduledAfterMs = () =>
    bench.server.tasks.map(({ scheduleTime }) => epochMs(scheduleTime) - Date.now());
  const ids = () => bench.server.tasks.map(({ name }) => name?.split('/').at(-1));

  it('takes an alarm for armed that is armed already', async () => {
    const alarm = alarmIn(bench, HOUR_MS);
    await bench.alarms.arm(alarm);
    await bench.alarms.arm({ ...alarm });
    expect(bench.server.tasks).toHaveLength(1);
    expect(await bench.unarmed.list(10)).toEqual([]);
    expect(bench.log).toEqual([]);
  });

  it('takes two operations for an alarm that goes off', async () => {
    await bench.alarms.arm(alarmIn(bench, 0));
    await bench.server.idle();
    expect(bench.server.operations).toEqual({ create: 1, dispatch: 1, get: 0, delete: 0, run: 0, list: 0 });
  });

  it('arms anew what has gone off under the same name: a timer made again, or one redelivered', async () => {
    const alarm = alarmIn(bench, 0);
    for (let time = 0; time < 3; time++) {
      await bench.alarms.arm(alarm);
      await bench.server.idle();
    }
    expect(handled).toEqual(['tmr_1', 'tmr_1', 'tmr_1']);
  });

  it('deletes the task of an alarm that is not needed any more', async () => {
    const [near, far] = [alarmIn(bench, HOUR_MS, 'near'), alarmIn(bench, 100 * DAY_MS, 'far')];
    for (const alarm of [near, far]) await bench.alarms.arm(alarm);
    for (const alarm of [near, far]) await bench.alarms.disarm(alarm);
    expect(bench.server.tasks).toEqual([]);
  });

  it('does not mind when there is nothing to disarm, or Cloud Tasks is away', async () => {
    await bench.alarms.disarm(alarmIn(bench, HOUR_MS));
    expect(bench.log).toEqual([]);
    bench.server.failNext(status.UNAVAILABLE, { call: 'delete' });
    await bench.alarms.disarm(alarmIn(bench, HOUR_MS));
    expect(bench.log).toHaveLength(1);
  });

  describe('when Cloud Tasks fails', () => {
    it('tries again what may pass', async () => {
      bench.server.failNext(status.UNAVAILABLE, { times: 2 });
      await bench.alarms.arm(alarmIn(bench, HOUR_MS));
      expect(bench.server.tasks).toHaveLength(1);
      expect(await bench.unarmed.list(10)).toEqual([]);
    });

    it('remembers the alarm for the sweeper (complaint 3)', async () => {
      bench.server.failNext(status.PERMISSION_DENIED);
      const alarm = alarmIn(bench, HOUR_MS);
      await bench.alarms.arm(alarm);
      expect(bench.server.tasks).toEqual([]);
      expect(await bench.unarmed.list(10)).toEqual([alarm]);
      expect(bench.log).toMatchObject([{ fields: { timerId: 'tmr_1' } }]);
    });

    it('leaves the timer to become overdue when the alarm cannot be remembered either', async () => {
      const { queues, clock, logger } = bench;
      const unarmed = { remember: () => Promise.reject(new Error('Firestore is away')) };
      const alarms = new TasksAlarmClock({ queues, clock, logger, unarmed, schedule: (at) => at });
      bench.server.failNext(status.PERMISSION_DENIED);
      await alarms.arm(alarmIn(bench, HOUR_MS));
      expect(bench.log.map(({ message }) => message)).toEqual([
        'an alarm has no task yet: the sweeper arms it',
        'an alarm without a task could not be remembered: it will be overdue',
      ]);
    });
  });

  describe('beyond the horizon', () => {
    it('never schedules more than 29 days ahead', async () => {
      const { queues, unarmed, logger } = bench;
      const clock = { now: () => Date.now() };
      const alarms = new TasksAlarmClock({ queues, unarmed, clock, logger, schedule: (at) => at });
      for (const days of [1, 28, 29, 30, 58, 3_650]) {
        await alarms.arm({ ...alarmIn(bench, 0, `days${days}`), at: Date.now() + days * DAY_MS });
      }
      expect(await bench.unarmed.list(10)).toEqual([]);
      expect(Math.max(...scheduledAfterMs())).toBeLessThanOrEqual(HORIZON_MS);
    });

    it('stops under names that anyone who arms the alarm comes upon', async () => {
      const alarm = alarmIn(bench, 60 * DAY_MS);
      const idAt = (stop: number) => taskRef(alarm, stop, bench.queues.count).id;
      await bench.alarms.arm(alarm);
      await bench.advance(DAY_MS);
      await bench.newAlarms().arm(alarm);
      expect(ids()).toEqual([idAt(alarm.at - 58 * DAY_MS)]);
      expect(bench.log).toEqual([]);
    });

    it('goes on from stop to stop as long as the timer is not due', async () => {
      const start = bench.clock.now();
      const stopsDays: number[] = [];
      wake = async (alarm) => {
        stopsDays.push((bench.clock.now() - start) / DAY_MS);
        if (alarm.at > bench.clock.now()) await bench.alarms.arm(alarm);
        else await bench.timers.update(alarm, () => ({ remove: true, result: null }));
      };
      const when = { type: 'span', ms: 60 * DAY_MS } as const;
      await bench.timers.insert([sampleTimer({ id: 'tmr_1', when }, start)]);
      await bench.alarms.arm(alarmIn(bench, 60 * DAY_MS));
      await bench.advance(30 * DAY_MS);
      expect(stopsDays).toEqual([2]);
      await bench.advance(70 * DAY_MS);
      expect(stopsDays).toEqual([2, 31, 60]);
    });
  });
});
