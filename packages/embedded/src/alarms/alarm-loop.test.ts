import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Alarm } from '@minoots/core';
import { systemClock } from '@minoots/core';
import { silentLogger } from '@minoots/core/testing';
import { DueRows } from '../../test/support/due-rows.ts';
import { AlarmLoop } from './alarm-loop.ts';

const START = Date.UTC(2030, 0, 1);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
const CAPACITY = 50_000;
const PAGE = 5_000;
const MAX_WAITING = 100_000;

/** Real scheduling and the system's clock, on time that the test moves. */
describe('AlarmLoop', () => {
  let rows: DueRows;
  let loop: AlarmLoop;
  let handled: { timerId: string; afterMs: number }[];
  let handle: (alarm: Alarm) => Promise<void>;

  const newLoop = () =>
    new AlarmLoop({
      listDue: rows.listDue,
      handle: (alarm) => handle(alarm),
      clock: systemClock,
      logger: silentLogger,
      ticking: true,
    });
  const finish = async (alarm: Alarm) => {
    handled.push({ timerId: alarm.timerId, afterMs: Date.now() - START });
    rows.delete(alarm);
  };
  const alarmIn = (timerId: string, ms: number, generation = 1): Alarm => ({
    teamId: 'team_a',
    timerId,
    at: Date.now() + ms,
    generation,
  });
  const armIn = (timerId: string, ms: number) => loop.arm(rows.add(alarmIn(timerId, ms)));

  beforeEach(() => {
    jest.useFakeTimers({ now: START });
    rows = new DueRows();
    handled = [];
    handle = finish;
    loop = newLoop();
  });
  afterEach(async () => {
    const stopped = loop.stop(0);
    await jest.advanceTimersByTimeAsync(0);
    await stopped;
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('goes off after 26 days, to the millisecond, and never asks for more than setTimeout can do (complaint 6)', async () => {
    const setTimeout = jest.spyOn(globalThis, 'setTimeout');
    await loop.start([]);
    await armIn('far', 26 * DAY_MS);
    await armIn('ten years', 3_650 * DAY_MS);
    await jest.advanceTimersByTimeAsync(26 * DAY_MS - 1);
    expect(handled).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(handled).toEqual([{ timerId: 'far', afterMs: 26 * DAY_MS }]);
    const delays = setTimeout.mock.calls.map(([, delayMs]) => Number(delayMs));
    expect(delays.length).toBeGreaterThan(1_000);
    expect(Math.max(...new Set(delays))).toBeLessThan(LONGEST_TIMEOUT_MS);
  });

  describe('with a lone alarm, and nothing else that would wake it (complaint 1)', () => {
    it('goes off on its instant after idle hours', async () => {
      await loop.start([]);
      await armIn('first', 1_000);
      await jest.advanceTimersByTimeAsync(3 * HOUR_MS);
      await armIn('lone', 5 * HOUR_MS);
      await jest.advanceTimersByTimeAsync(40 * HOUR_MS);
      expect(handled).toEqual([
        { timerId: 'first', afterMs: 1_000 },
        { timerId: 'lone', afterMs: 8 * HOUR_MS },
      ]);
    });

    it('goes off within seconds where the clock jumps past its instant: the machine slept', async () => {
      await loop.start([]);
      await armIn('slept through', HOUR_MS);
      jest.setSystemTime(START + 2 * HOUR_MS);
      await jest.advanceTimersByTimeAsync(15_000);
      expect(handled).toEqual([{ timerId: 'slept through', afterMs: expect.any(Number) }]);
      expect(handled[0]?.afterMs).toBeLessThanOrEqual(2 * HOUR_MS + 15_000);
    });

    it('goes off on its instant, once, where the clock was set back: before it was armed, and after', async () => {
      await loop.start([]);
      await jest.advanceTimersByTimeAsync(2 * HOUR_MS);
      await armIn('armed before', 30_000);
      jest.setSystemTime(START + HOUR_MS);
      await armIn('armed after', 20 * 60_000);
      await jest.advanceTimersByTimeAsync(30 * 60_000);
      expect(handled).toEqual([{ timerId: 'armed after', afterMs: HOUR_MS + 20 * 60_000 }]);
      await jest.advanceTimersByTimeAsync(2 * HOUR_MS);
      expect(handled.slice(1)).toEqual([{ timerId: 'armed before', afterMs: 2 * HOUR_MS + 30_000 }]);
    });
  });

  describe('in memory', () => {
    it('holds alarms of the next minute only', async () => {
      await loop.start([]);
      for (let index = 0; index < 1_000; index++) await armIn(`far${index}`, 3_600_000 + index);
      expect(loop.waiting).toBe(0);
      await armIn('near', 30_000);
      expect(loop.waiting).toBe(1);
      await jest.advanceTimersByTimeAsync(3_602_000);
      expect(handled).toHaveLength(1_001);
    });

    it('holds a bounded number of alarms that are due at once, and handles every one', async () => {
      for (let index = 0; index < 120_000; index++) rows.add(alarmIn(`due${index}`, -1));
      let most = 0;
      handle = async (alarm) => {
        most = Math.max(most, loop.waiting);
        rows.delete(alarm);
      };
      await loop.start([]);
      expect(loop.waiting).toBeLessThanOrEqual(CAPACITY + PAGE);
      for (let second = 0; second < 5 && rows.size > 0; second++) await jest.advanceTimersByTimeAsync(1_000);
      expect(rows.size).toBe(0);
      expect(most).toBeLessThanOrEqual(CAPACITY + PAGE);
    });

    it('holds a bounded number of alarms that are armed for the next minute, and none is late', async () => {
      await loop.start([]);
      let most = 0;
      for (let index = 0; index < 220_000; index++) {
        await armIn(`n${index}`, 10_000 + (index % 40_000));
        most = Math.max(most, loop.waiting);
      }
      expect(most).toBe(MAX_WAITING);
      let late = 0;
      handle = async (alarm) => {
        if (Date.now() !== alarm.at) late++;
        rows.delete(alarm);
      };
      await jest.advanceTimersByTimeAsync(50_000);
      expect(rows.size).toBe(0);
      expect(late).toBe(0);
    });
  });

  it('handles up to 1,024 alarms at a time, and the others as these end', async () => {
    for (let index = 0; index < 3_000; index++) rows.add(alarmIn(`due${index}`, -1));
    let active = 0;
    let most = 0;
    handle = async (alarm) => {
      most = Math.max(most, ++active);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      active--;
      await finish(alarm);
    };
    await loop.start([]);
    await jest.advanceTimersByTimeAsync(2_999);
    expect(handled.length).toBe(2_048);
    await jest.advanceTimersByTimeAsync(1);
    expect(new Set(handled.map(({ timerId }) => timerId)).size).toBe(3_000);
    expect(most).toBe(1_024);
  });

  it('comes again after a failure, waiting twice as long each time and a minute at most', async () => {
    const tries: number[] = [];
    handle = async () => {
      tries.push(Date.now() - START);
      throw new Error('the store is away');
    };
    await loop.start([alarmIn('stubborn', 0)]);
    await jest.advanceTimersByTimeAsync(183_500);
    expect(tries).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 31_500, 63_500, 123_500, 183_500]);
  });

  it('begins with a short wait again after a success', async () => {
    let failures = 3;
    handle = async (alarm) => {
      if (failures-- > 0) throw new Error('the store is away');
      await finish(alarm);
    };
    await loop.start([]);
    await armIn('moody', 0);
    await jest.advanceTimersByTimeAsync(10_000);
    failures = 1;
    await armIn('moody', 0);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(handled.map(({ afterMs }) => afterMs)).toEqual([3_500, 10_500]);
  });

  it('drops an alarm that was disarmed', async () => {
    await loop.start([]);
    const alarm = alarmIn('cancelled', 1_000);
    await loop.arm(alarm);
    await loop.disarm(alarm);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(handled).toEqual([]);
  });

  it('drops the alarm of a clock that was changed', async () => {
    await loop.start([]);
    await loop.arm(alarmIn('extended', 1_000, 1));
    await loop.arm(alarmIn('extended', 5_000, 2));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(handled).toEqual([{ timerId: 'extended', afterMs: 5_000 }]);
  });

  it('finds within a minute what the store says is due and memory has lost (complaint 1)', async () => {
    await loop.start([]);
    rows.add(alarmIn('lost', 1_000));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(handled.map(({ timerId }) => timerId)).toEqual(['lost']);
  });

  it('handles once what a sweep meets while it waits in the queue', async () => {
    handle = async (alarm) => {
      await finish(alarm);
      await new Promise((resolve) => setTimeout(resolve, 59_000));
    };
    for (let index = 0; index < 1_100; index++) rows.add(alarmIn(`due${index}`, 2_000));
    await loop.start([]);
    await jest.advanceTimersByTimeAsync(180_000);
    expect(handled).toHaveLength(1_100);
    expect(handled.at(-1)?.afterMs).toBe(61_000);
  });

  it('waits for its instant when the clock is set back', async () => {
    await loop.start([]);
    await armIn('tea', 20_000);
    jest.setSystemTime(START - 100_000);
    await jest.advanceTimersByTimeAsync(119_999);
    expect(handled).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(handled).toEqual([{ timerId: 'tea', afterMs: 20_000 }]);
  });

  it('catches up within seconds when the clock is set forward', async () => {
    await loop.start([]);
    await armIn('tea', 3_600_000);
    jest.setSystemTime(START + 7_200_000);
    await jest.advanceTimersByTimeAsync(15_000);
    expect(handled.map(({ timerId }) => timerId)).toEqual(['tea']);
  });

  it('waits again when the handler finds that it is early', async () => {
    const end = START + 30_000;
    handle = (alarm) => (Date.now() < end ? loop.arm({ ...alarm, at: end }) : finish(alarm));
    await loop.start([alarmIn('early', 0)]);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(handled).toEqual([{ timerId: 'early', afterMs: 30_000 }]);
  });

  it('keeps an alarm that is armed while the store is being read', async () => {
    rows.delay = () => new Promise((resolve) => setTimeout(resolve, 100));
    const started = loop.start([]);
    await jest.advanceTimersByTimeAsync(50);
    await armIn('meanwhile', 1_000);
    await jest.advanceTimersByTimeAsync(50);
    await started;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(handled).toEqual([{ timerId: 'meanwhile', afterMs: 1_050 }]);
  });

  it('reads the store again when it could not be read', async () => {
    await loop.start([]);
    rows.add(alarmIn('far', 100_000));
    let failures = 3;
    rows.delay = async () => {
      if (failures-- > 0) throw new Error('the store is away');
    };
    await jest.advanceTimersByTimeAsync(100_000);
    expect(failures).toBeLessThan(0);
    expect(handled).toEqual([{ timerId: 'far', afterMs: 100_000 }]);
  });

  it('handles at once what was under way before, though the store has it wait', async () => {
    rows.add(alarmIn('leased', 45_000));
    await loop.start([alarmIn('leased', 0)]);
    await jest.advanceTimersByTimeAsync(0);
    expect(handled).toEqual([{ timerId: 'leased', afterMs: 0 }]);
  });

  describe('when it stops', () => {
    it('waits for what is under way and begins nothing new', async () => {
      handle = async (alarm) => {
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        await finish(alarm);
      };
      await loop.start([alarmIn('under way', 0)]);
      await armIn('next', 500);
      const stopped = loop.stop(5_000).then(() => Date.now() - START);
      await jest.advanceTimersByTimeAsync(60_000);
      expect(await stopped).toBe(1_000);
      expect(handled.map(({ timerId }) => timerId)).toEqual(['under way']);
      expect(loop.running).toBe(false);
      expect(jest.getTimerCount()).toBe(0);
    });

    it('gives up on what takes longer than it may', async () => {
      handle = () => new Promise(() => {});
      await loop.start([alarmIn('endless', 0)]);
      const stopped = loop.stop(5_000).then(() => Date.now() - START);
      await jest.advanceTimersByTimeAsync(60_000);
      expect(await stopped).toBe(5_000);
    });
  });
});
