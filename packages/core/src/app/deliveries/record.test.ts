import { describe, expect, it } from '@jest/globals';
import { fakeEngine, NOW } from '../../api/fake-engine.ts';
import { attemptOf, onExpire, webhook } from '../../domain/timer/test-timer.ts';
import { StorageUnavailable, type TimerStore } from '../../ports/timer-store.ts';
import { fakeRealTime } from '../../testing/fake-real-time.ts';
import { sampleTimer } from '../../testing/sample-timer.ts';
import { wakeTimer } from '../timers/wake.ts';

/** Of the attempt below: the timeout of its webhook and half a minute. */
const LEASE_MS = 45_000;

type Trouble = 'none' | 'unavailable' | 'answer lost';

/** A timer that is due, in a store that has trouble with each try to record the outcome of its attempt as told. */
async function troubled(troubleAt: (tries: number) => Trouble) {
  const engine = fakeEngine();
  const timer = sampleTimer({ events: onExpire([webhook]), when: { type: 'span', ms: 0 } }, NOW);
  await engine.timers.insert([timer]);
  const realTime = fakeRealTime();
  const count = { tries: -1, calls: 0 };
  const timers: TimerStore = {
    ...engine.timers,
    update: async (key, decide) => {
      // The first change is the claim.
      const trouble = ++count.tries === 0 ? 'none' : troubleAt(count.tries);
      if (trouble === 'unavailable') throw new StorageUnavailable('told to be');
      const result = await engine.timers.update(key, decide);
      if (trouble === 'answer lost') throw new StorageUnavailable('told to lose the answer');
      return result;
    },
  };
  const perform = async () => {
    count.calls++;
    const { number: _, ...attempt } = attemptOf(1, 'succeeded', NOW);
    return { ...attempt, retryAfterMs: null };
  };
  const deps = { ...engine, realTime, timers, performers: { ...engine.performers, webhook: { perform } } };
  const alarm = { teamId: timer.teamId, timerId: timer.id, at: NOW, generation: 1 };
  const statuses = async () => (await engine.timers.get(alarm))?.deliveries.map(({ status }) => status);
  return { wake: () => wakeTimer(deps, alarm), realTime, count, statuses };
}

describe('recording how an attempt went', () => {
  it('is tried again, ever less often, while the store does not answer', async () => {
    const { wake, realTime, count, statuses } = await troubled((tries) =>
      tries < 7 ? 'unavailable' : 'none',
    );
    await wake();
    expect(await statuses()).toEqual(['succeeded']);
    expect(realTime.waits).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000]);
    expect(count).toEqual({ tries: 7, calls: 1 });
  });

  it('is given up shortly before the lease of the attempt ends', async () => {
    const { wake, realTime, count, statuses } = await troubled(() => 'unavailable');
    await expect(wake()).rejects.toThrow(StorageUnavailable);
    expect(realTime.now()).toBeGreaterThan(LEASE_MS - 20_000);
    expect(realTime.now()).toBeLessThan(LEASE_MS - 10_000);
    expect(count.calls).toBe(1);
    expect(await statuses()).toEqual(['delivering']);
  });

  it('lets the alarm come again when an answer got lost, for what follows from the change', async () => {
    const { wake, count, statuses } = await troubled((tries) => (tries === 1 ? 'answer lost' : 'none'));
    await expect(wake()).rejects.toThrow('told to lose the answer');
    expect(await statuses()).toEqual(['succeeded']);
    await wake();
    expect(count.calls).toBe(1);
  });
});
