import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Alarm } from '@minoots/core';
import { sampleTimer } from '@minoots/core/testing';
import { type AlarmBench, alarmIn, openAlarmBench } from './support/alarm-bench.ts';

const MINUTE_MS = 60_000;

describe('sweep', () => {
  let bench: AlarmBench;
  let handled: string[];
  /** Whether handlers fire their timers, which are then due no more. */
  let isFiring: boolean;

  beforeEach(async () => {
    handled = [];
    isFiring = true;
    bench = await openAlarmBench({
      wake: async (alarm) => {
        handled.push(alarm.timerId);
        if (isFiring) await bench.timers.update(alarm, () => ({ remove: true, result: null }));
      },
    });
  });
  afterEach(() => bench.close());

  const addTimers = (inMs: number, ...ids: string[]) =>
    bench.timers.insert(
      ids.map((id) => sampleTimer({ id, when: { type: 'span', ms: inMs } }, bench.clock.now())),
    );
  const addOverdue = (...ids: string[]) => addTimers(-2 * MINUTE_MS, ...ids);
  const armInVain = async (alarm: Alarm) => {
    bench.server.failNext(status.PERMISSION_DENIED);
    await bench.alarms.arm(alarm);
  };

  it('does nothing when all is well', async () => {
    await addTimers(MINUTE_MS, 'later');
    expect(await bench.sweep()).toEqual({ armed: 0, rearmed: 0, failed: 0 });
    expect(bench.server.operations.create).toBe(0);
  });

  it('arms what got no task, once (complaint 3)', async () => {
    const alarm = alarmIn(bench, MINUTE_MS, 'unarmed');
    await addTimers(MINUTE_MS, 'unarmed');
    await armInVain(alarm);
    expect(await bench.sweep()).toEqual({ armed: 1, rearmed: 0, failed: 0 });
    expect(await bench.sweep()).toEqual({ armed: 0, rearmed: 0, failed: 0 });
    expect(await bench.unarmed.list(10)).toEqual([]);
    await bench.advance(MINUTE_MS);
    expect(handled).toEqual(['unarmed']);
  });

  it('keeps in mind what it cannot arm yet', async () => {
    const [first, second] = [alarmIn(bench, MINUTE_MS, 'first'), alarmIn(bench, MINUTE_MS, 'second')];
    await armInVain(first);
    await armInVain(second);
    bench.server.failNext(status.PERMISSION_DENIED, { times: 1 });
    expect(await bench.sweep()).toEqual({ armed: 1, rearmed: 0, failed: 1 });
    expect(await bench.unarmed.list(10)).toHaveLength(1);
  });

  it('arms a timer again that is overdue by more than a minute, though nobody asks for anything (complaint 1)', async () => {
    await addOverdue('lost');
    await addTimers(-MINUTE_MS + 1_000, 'late');
    expect(await bench.sweep()).toEqual({ armed: 0, rearmed: 1, failed: 0 });
    await bench.server.idle();
    expect(handled).toEqual(['lost']);
  });

  it('brings back the timers of a purged queue (complaint 3)', async () => {
    const ids = ['a', 'b', 'c'];
    await addTimers(MINUTE_MS, ...ids);
    for (const id of ids) await bench.alarms.arm(alarmIn(bench, MINUTE_MS, id));
    bench.server.purge();
    // Their names stay used, so only a name of the sweeper's own can bring them back.
    await bench.skip(3 * MINUTE_MS);
    expect(await bench.sweep()).toEqual({ armed: 0, rearmed: 3, failed: 0 });
    await bench.server.idle();
    expect(handled.sort()).toEqual(ids);
  });

  it('does not multiply a backlog: an overdue timer gets one task in ten minutes', async () => {
    isFiring = false;
    await addOverdue('slow');
    expect((await bench.sweep()).rearmed).toBe(1);
    expect((await bench.sweep()).rearmed).toBe(0);
    await bench.skip(10 * MINUTE_MS);
    expect((await bench.sweep()).rearmed).toBe(1);
  });

  it('gives one task to a timer that is unarmed and overdue', async () => {
    await addOverdue('both');
    await armInVain(alarmIn(bench, -2 * MINUTE_MS, 'both'));
    expect(await bench.sweep()).toEqual({ armed: 1, rearmed: 0, failed: 0 });
  });

  it('goes on when one of many cannot be armed', async () => {
    await addOverdue('a', 'b', 'c');
    bench.server.failNext(status.PERMISSION_DENIED);
    expect(await bench.sweep()).toEqual({ armed: 0, rearmed: 2, failed: 1 });
    expect(bench.log).toHaveLength(1);
  });

  it('comes to the end of more timers than one page holds', async () => {
    const ids = Array.from({ length: 1_100 }, (_, index) => `many${index}`);
    await addOverdue(...ids);
    expect((await bench.sweep()).rearmed).toBe(1_100);
    await bench.server.idle();
    expect(new Set(handled).size).toBe(1_100);
  });

  it('ends when its time is up', async () => {
    await addOverdue('a');
    expect(await bench.sweep({ budgetMs: 0 })).toEqual({ armed: 0, rearmed: 0, failed: 0 });
    expect(bench.server.operations.create).toBe(0);
  });
});
