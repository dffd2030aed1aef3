import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Timer } from '../domain/timer/state.ts';
import { sampleTimer } from '../testing/sample-timer.ts';
import type { Alarm, AlarmClock, AlarmHandler } from './alarm-clock.ts';
import type { TimerStore } from './timer-store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** An alarm clock under test, over a store of timers and with a time that the test moves. */
export interface AlarmClockHarness {
  alarms: AlarmClock;
  timers: TimerStore;
  now(): number;
  /** Moves the time on; resolves when all that went off has been handled. */
  advance(byMs: number): Promise<void>;
  /** Stops the alarm clock without warning and starts another one over the same store. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

/** What every AlarmClock keeps to. `open` starts one that hands its alarms to `handle`. */
export function alarmClockContract(
  name: string,
  open: (handle: AlarmHandler) => Promise<AlarmClockHarness>,
): void {
  describe(`${name} as an AlarmClock`, () => {
    let harness: AlarmClockHarness;
    let handled: { timerId: string; at: number }[];
    let failures: number;
    beforeEach(async () => {
      handled = [];
      failures = 0;
      harness = await open(async (alarm) => {
        if (failures-- > 0) throw new Error('the handler was told to fail');
        handled.push({ timerId: alarm.timerId, at: harness.now() });
        await disarmInStore(harness.timers, alarm);
      });
    });
    afterEach(() => harness.close());

    const armIn = async (id: string, ms: number): Promise<Timer> => {
      const now = harness.now();
      const timer = sampleTimer({ id, when: { type: 'span', ms } }, now);
      await harness.timers.insert([timer]);
      await harness.alarms.arm(alarmOf(timer, now + ms));
      return timer;
    };

    it('goes off at its instant and not before (complaint 4)', async () => {
      const start = harness.now();
      await armIn('a', 1_000);
      await harness.advance(999);
      expect(handled).toEqual([]);
      await harness.advance(1);
      expect(handled).toEqual([{ timerId: 'a', at: start + 1_000 }]);
    });

    it('goes off at once when its instant has passed', async () => {
      await armIn('late', -5_000);
      await harness.advance(0);
      expect(handled).toHaveLength(1);
    });

    it('goes off beyond the 24.8 days of setTimeout and the 30 days of a task queue (complaint 6)', async () => {
      const start = harness.now();
      await armIn('far', 60 * DAY_MS);
      await harness.advance(59 * DAY_MS);
      expect(handled).toEqual([]);
      await harness.advance(DAY_MS);
      expect(handled).toEqual([{ timerId: 'far', at: start + 60 * DAY_MS }]);
    });

    it('goes off although nothing else is armed, before it or after it (complaint 1)', async () => {
      const start = harness.now();
      await armIn('first', 1_000);
      await harness.advance(HOUR_MS);
      await armIn('lone', 5 * HOUR_MS);
      await harness.advance(5 * HOUR_MS - 1);
      expect(handled.map(({ timerId }) => timerId)).toEqual(['first']);
      await harness.advance(1);
      expect(handled.slice(1)).toEqual([{ timerId: 'lone', at: start + 6 * HOUR_MS }]);
    });

    it('goes off for each of many timers that are due at the same instant (complaint 5)', async () => {
      for (let index = 0; index < 300; index++) await armIn(`same${index}`, 1_000);
      await harness.advance(1_000);
      expect(new Set(handled.map(({ timerId }) => timerId)).size).toBe(300);
    });

    it('goes off in the order of the instants', async () => {
      await armIn('third', 3_000);
      await armIn('first', 1_000);
      await armIn('second', 2_000);
      await harness.advance(3_000);
      expect(handled.map(({ timerId }) => timerId)).toEqual(['first', 'second', 'third']);
    });

    it('goes off once when it is armed twice (complaint 4)', async () => {
      const timer = await armIn('twice', 1_000);
      await harness.alarms.arm(alarmOf(timer, harness.now() + 1_000));
      await harness.advance(2_000);
      expect(handled).toHaveLength(1);
    });

    it('comes again until its handler has finished', async () => {
      failures = 2;
      await armIn('stubborn', 1_000);
      await harness.advance(1_000);
      await harness.advance(120_000);
      expect(handled.map(({ timerId }) => timerId)).toEqual(['stubborn']);
    });

    it('goes off after a crash, also when its instant passed meanwhile (complaint 2)', async () => {
      await armIn('survivor', 1_000);
      await harness.crash();
      await harness.advance(1_000);
      expect(handled.map(({ timerId }) => timerId)).toEqual(['survivor']);
    });

    it('goes off although a crash came between the commit of its timer and its arming (complaints 2 and 3)', async () => {
      const timer = sampleTimer({ id: 'unarmed', when: { type: 'span', ms: 1_000 } }, harness.now());
      await harness.timers.insert([timer]);
      await harness.crash();
      await harness.advance(1_000);
      expect(handled.map(({ timerId }) => timerId)).toEqual(['unarmed']);
    });

    it('comes again after a crash when its handler had not finished', async () => {
      failures = 1;
      await armIn('unfinished', 1_000);
      await harness.advance(1_000);
      expect(handled).toEqual([]);
      await harness.crash();
      await harness.advance(120_000);
      expect(handled.map(({ timerId }) => timerId)).toEqual(['unfinished']);
    });
  });
}

function alarmOf(timer: Timer, at: number): Alarm {
  return { teamId: timer.teamId, timerId: timer.id, at, generation: timer.generation };
}

/** What a real handler does by firing the timer: afterwards the store says that nothing is due. */
async function disarmInStore(timers: TimerStore, alarm: Alarm): Promise<void> {
  await timers.update(alarm, () => ({ remove: true, result: null }));
}
