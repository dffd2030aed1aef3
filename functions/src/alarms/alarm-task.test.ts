import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Alarm } from '@minoots/core';
import { alarmTaskBody, handleAlarm } from './alarm-task.ts';
import { HORIZON_MS } from './horizon.ts';

const NOW = 1_800_000_000_000;

describe('handleAlarm', () => {
  let now: number;
  let woken: { alarm: Alarm; at: number }[];
  let logged: string[];

  beforeEach(() => {
    now = NOW;
    woken = [];
    logged = [];
  });

  const note = (_: object, message: string) => void logged.push(message);
  const deps = {
    wake: async (alarm: Alarm) => void woken.push({ alarm, at: now }),
    clock: { now: () => now },
    realTime: {
      now: () => now,
      wait: async (ms: number) => {
        now += ms;
      },
    },
    logger: { info: note, warn: note, error: note },
  };
  const alarmIn = (ms: number): Alarm => ({
    teamId: 'team_a',
    timerId: 'tmr_1',
    at: NOW + ms,
    generation: 2,
  });
  const bring = (alarm: Alarm) => handleAlarm(deps, JSON.parse(alarmTaskBody(alarm)).data);

  it.each([-10, 0])('wakes the timer of an alarm that was due %i ms from now', async (ms) => {
    const alarm = alarmIn(ms);
    await bring(alarm);
    expect(woken).toEqual([{ alarm, at: NOW }]);
  });

  it.each([1, 200, 5_000])('waits for an alarm that came %i ms too early, and no longer', async (ms) => {
    const alarm = alarmIn(ms);
    await bring(alarm);
    expect(woken).toEqual([{ alarm, at: alarm.at + 1 }]);
  });

  it('waits for a stop on the way that came a moment too early', async () => {
    await bring(alarmIn(HORIZON_MS + 200));
    expect(woken).toMatchObject([{ at: NOW + 201 }]);
  });

  it('does not wait for what is far ahead', async () => {
    await bring(alarmIn(60_000));
    expect(woken).toMatchObject([{ at: NOW }]);
  });

  it('rejects as waking does, so that the task comes again', async () => {
    const wake = () => Promise.reject(new Error('the store is away'));
    await expect(handleAlarm({ ...deps, wake }, alarmIn(-1))).rejects.toThrow('the store is away');
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'tea'],
    ['an alarm without an instant', { teamId: 'team_a', timerId: 'tmr_1', generation: 1 }],
    ['an instant in words', { teamId: 'team_a', timerId: 'tmr_1', generation: 1, at: 'noon' }],
    ['a nameless timer', { teamId: 'team_a', timerId: '', generation: 1, at: 5 }],
  ])('drops %s and says so', async (_, data) => {
    await handleAlarm(deps, data);
    expect(woken).toEqual([]);
    expect(logged).toEqual(['a task that carries no alarm was dropped']);
  });
});
