import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Alarm } from '@minoots/core';
import { alarmTaskBody, handleAlarm } from './alarm-task.ts';
import { HORIZON_MS } from './horizon.ts';

describe('handleAlarm', () => {
  let woken: { alarm: Alarm; earlyMs: number }[];
  let logged: string[];

  beforeEach(() => {
    woken = [];
    logged = [];
  });

  const note = (_: object, message: string) => void logged.push(message);
  const deps = {
    wake: async (alarm: Alarm) => void woken.push({ alarm, earlyMs: alarm.at - Date.now() }),
    clock: { now: () => Date.now() },
    logger: { info: note, warn: note, error: note },
  };
  const alarmIn = (ms: number): Alarm => ({
    teamId: 'team_a',
    timerId: 'tmr_1',
    at: Date.now() + ms,
    generation: 2,
  });
  const bring = (alarm: Alarm) => handleAlarm(deps, JSON.parse(alarmTaskBody(alarm)).data);

  it('wakes the timer of an alarm that is due', async () => {
    const alarm = alarmIn(-10);
    await bring(alarm);
    expect(woken).toMatchObject([{ alarm }]);
  });

  it('waits for an alarm that came a moment too early', async () => {
    await bring(alarmIn(200));
    expect(woken[0]?.earlyMs).toBeLessThanOrEqual(0);
    expect(woken[0]?.earlyMs).toBeGreaterThan(-150);
  });

  it('waits for a stop on the way that came a moment too early', async () => {
    await bring(alarmIn(HORIZON_MS + 200));
    expect(woken[0]?.earlyMs).toBeLessThanOrEqual(HORIZON_MS);
  });

  it('does not wait for what is far ahead', async () => {
    await bring(alarmIn(60_000));
    expect(woken[0]?.earlyMs).toBeGreaterThan(59_000);
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
