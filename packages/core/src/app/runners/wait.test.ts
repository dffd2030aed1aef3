import { describe, expect, it } from '@jest/globals';
import { fakeEngine } from '../../api/fake-engine.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { transition } from '../../domain/timer/transition.ts';
import type { Subscription } from '../../ports/event-feed.ts';
import { StorageUnavailable } from '../../ports/timer-store.ts';
import { sampleJobTimer } from '../../testing/sample-timer.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { leaseJobs } from './lease.ts';
import { registerRunner } from './register.ts';

/** When jobs began to wait that are there before a runner comes. */
const EARLIER = Date.now() - 60_000;

const ctx: RequestContext = {
  principal: { type: 'api-key', id: 'key_1', teamId: 'team_a', scopes: new Set(), role: null, person: null },
};

async function engineWith(timers: Timer[], overrides: Partial<Deps> = {}): Promise<Deps> {
  const engine = fakeEngine({ clock: { now: Date.now }, ...overrides });
  await engine.timers.insert(timers);
  await registerRunner(engine, ctx, 'run_1', { name: 'one', labels: [], accepts: ['command'] });
  return engine;
}

/** A job whose runner is not heard of, so that its lease ends at an instant. */
function heldUntil(until: number): Timer {
  const timer = sampleJobTimer({}, until - 60_000);
  const runner = { id: 'run_lost', accepts: ['command'], labels: [] } as const;
  const taken = transition(timer, { type: 'lease-jobs', runner, limit: 1, leaseMs: 60_000 }, until - 60_000);
  if (!taken.ok) throw new Error(taken.detail);
  return taken.value.timer;
}

const lease = (engine: Deps, wait: number, signal = new AbortController().signal) =>
  leaseJobs(engine, ctx, 'run_1', { limit: 1, wait }, signal);

describe('a runner that waits', () => {
  it('gets a job as soon as the lease of another runner has ended, though nobody tells of it', async () => {
    const endsAt = Date.now() + 1_200;
    const engine = await engineWith([heldUntil(endsAt)]);
    const [job] = await lease(engine, 10_000);
    expect(job?.lease.attempt).toBe(2);
    expect(Date.now()).toBeGreaterThanOrEqual(endsAt);
    expect(Date.now()).toBeLessThan(endsAt + 5_000);
  });

  it('does not miss a job that is queued between its look and the beginning of its wait', async () => {
    const engine = await engineWith([]);
    const { subscribe } = engine.events;
    engine.events.subscribe = async (filter) => {
      await engine.timers.insert([sampleJobTimer({}, Date.now())]);
      return subscribe(filter);
    };
    expect(await lease(engine, 10_000)).toHaveLength(1);
  });

  it('gives its place up when its request ends, and takes no job any more', async () => {
    const request = new AbortController();
    const { promise: opened, resolve } = Promise.withResolvers<Subscription>();
    const engine = await engineWith([]);
    const { subscribe } = engine.events;
    engine.events.subscribe = async (filter) => {
      const subscription = await subscribe(filter);
      resolve(subscription);
      return subscription;
    };
    const waiting = lease(engine, 10_000, request.signal);
    await opened;
    request.abort();
    expect(await waiting).toEqual([]);
  });
});

describe('a runner that looks for jobs', () => {
  it('finds its own behind any number that are for others', async () => {
    const events = sampleJobTimer().events;
    const [command] = events.expire;
    if (command?.type !== 'command') throw new Error('not a command');
    const elsewhere = { ...events, expire: [{ ...command, runsOn: ['gpu'] }] };
    const others = Array.from({ length: 50 }, (_, n) => sampleJobTimer({ events: elsewhere }, EARLIER + n));
    const engine = await engineWith([...others, sampleJobTimer({ id: 'mine' }, EARLIER + 50)]);
    expect((await lease(engine, 0)).map(({ timer }) => timer.id)).toEqual(['mine']);
  });

  it('gets the jobs that it has taken by the time the store fails', async () => {
    const engine = await engineWith([1, 2, 3].map((n) => sampleJobTimer({}, EARLIER + n)));
    const { update } = engine.timers;
    let updates = 0;
    engine.timers.update = (key, decide) =>
      ++updates === 3 ? Promise.reject(new StorageUnavailable('told to fail')) : update(key, decide);
    const ask = () => leaseJobs(engine, ctx, 'run_1', { limit: 3, wait: 0 }, new AbortController().signal);
    expect(await ask()).toHaveLength(2);
    updates = 2;
    await expect(ask()).rejects.toThrow(StorageUnavailable);
  });

  it('goes on where it finds a job taken by a rival', async () => {
    const timers = Array.from({ length: 5 }, (_, n) => sampleJobTimer({}, EARLIER + n));
    const engine = await engineWith(timers);
    const { listJobs } = engine.timers;
    engine.timers.listJobs = async (...page) => {
      const found = await listJobs(...page);
      engine.timers.listJobs = listJobs;
      expect(await lease(engine, 0)).toHaveLength(1);
      return found;
    };
    const [job] = await lease(engine, 0);
    expect(job?.lease.attempt).toBe(1);
    expect(job?.timer.id).not.toBe(timers[0]?.id);
  });
});
