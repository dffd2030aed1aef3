import { inspect } from 'node:util';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { aTimer } from '../../test/support/timers.ts';
import { isOutdated, liveTimer, readClock } from './live-timer.ts';

describe('readClock', () => {
  it.each([
    [0, 0.5, 30_000],
    [15_000, 0.75, 15_000],
    [30_000, 1, 0],
    [90_000, 1, 0],
  ])('continues the clock of a running timer by %i ms', (elapsedMs, progress, remainingMs) => {
    const reading = readClock(aTimer(), elapsedMs);
    expect(reading.progress).toBeCloseTo(progress, 10);
    expect(reading.remainingMs).toBe(remainingMs);
  });

  it.each(['paused', 'waiting', 'expired', 'cancelled'] as const)(
    'leaves a timer that is %s alone',
    (status) => {
      expect(readClock(aTimer({ status }), 15_000)).toEqual({ progress: 0.5, remainingMs: 30_000 });
    },
  );

  it('is complete for a running timer with nothing left', () => {
    expect(readClock(aTimer({ progress: 0.999, time_remaining_ms: 0 }), 0)).toEqual({
      progress: 1,
      remainingMs: 0,
    });
  });
});

describe('liveTimer', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const halfway = () => liveTimer(aTimer(), performance.now() - 15_000);

  it('shows the clock of the moment, under both names', () => {
    const now = jest.spyOn(performance, 'now').mockReturnValue(100_000);
    const timer = halfway();
    expect(timer).toMatchObject({ progress: 0.75, timeRemaining: 15_000, time_remaining_ms: 15_000 });
    now.mockReturnValue(107_500);
    expect(timer).toMatchObject({ progress: 0.875, timeRemaining: 7_500, time_remaining_ms: 7_500 });
  });

  it('prints its clock as numbers', () => {
    expect(inspect(halfway())).toMatch(/progress: 0\.75/);
    expect(JSON.parse(JSON.stringify(halfway()))).toMatchObject({
      name: 'tea',
      timeRemaining: expect.any(Number),
    });
  });
});

describe('isOutdated', () => {
  it('holds once the time is over, and while the timer fires', () => {
    expect(isOutdated(liveTimer(aTimer()))).toBe(false);
    expect(isOutdated(liveTimer(aTimer(), performance.now() - 30_001))).toBe(true);
    expect(isOutdated(aTimer({ status: 'firing', time_remaining_ms: 0 }))).toBe(true);
    expect(isOutdated(aTimer({ status: 'expired', time_remaining_ms: 0 }))).toBe(false);
  });
});
