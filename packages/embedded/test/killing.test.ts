import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LogEntry, type Timer } from '@minoots/contract';
import type { ApiClient } from '@minoots/core/testing';
import { until } from '@minoots/core/testing';
import * as z from 'zod';
import { type DataFolder, makeDataFolder } from './support/data-folder.ts';
import { openReceiver, type Receiver } from './support/receiver.ts';

const Log = z.object({ data: z.array(LogEntry) });
/** How long after the start of its process a server may take to call what is overdue. */
const AT_ONCE_MS = 60_000;

/** `kill -9` at bad moments, and what the next process makes of it. */
describe('killing the server', () => {
  let data: DataFolder;
  let receiver: Receiver;
  beforeEach(async () => {
    data = await makeDataFolder();
    receiver = await openReceiver();
  });
  afterEach(async () => {
    await data.close();
    await receiver.close();
  });

  const hook = (path: string) => ({ on_expire: { webhook: `${receiver.url}${path}` } });
  const received = (path: string, times = 1) =>
    until(`${times} requests to ${path}`, () => (receiver.to(path).length >= times ? true : null));
  const settled = (api: ApiClient, id: string): Promise<Timer> =>
    until(`timer ${id} to settle`, async () => {
      const timer = await api.timer(id);
      return timer.settled_at === null ? null : timer;
    });
  const firings = async (api: ApiClient, id: string) => {
    const { data: entries } = await api.get(Log, `/v1/timers/${id}/logs`);
    return entries.filter(({ type }) => type === 'timer.fired').length;
  };

  it('fires what became due meanwhile at once, and says how late it is (complaint 2)', async () => {
    const server = data.launch();
    const api = await server.ready();
    const { id, fire_at } = await api.create({ duration: 500, events: hook('/overdue') });
    await server.stop('SIGKILL');
    const dueAt = Date.parse(fire_at ?? '');
    await until('the timer to be overdue', () => (Date.now() > dueAt + 500 ? true : null));
    expect(receiver.requests).toEqual([]);
    const restartedAt = Date.now();
    const next = await data.launch().ready();
    const timer = await settled(next, id);
    expect(timer).toMatchObject({ status: 'expired', fire_at });
    const attemptedAt = Date.parse(timer.deliveries[0]?.attempts[0]?.at ?? '');
    expect(timer.drift_ms).toBe(attemptedAt - dueAt);
    expect(timer.drift_ms).toBeGreaterThan(500);
    expect(attemptedAt - restartedAt).toBeLessThan(AT_ONCE_MS);
    expect(await firings(next, id)).toBe(1);
    expect(receiver.to('/overdue')).toHaveLength(1);
  });

  it('resumes what was half delivered, under the same webhook id, and nothing else (complaint 4)', async () => {
    const server = data.launch();
    const api = await server.ready();
    const done = await api.create({ duration: 1, events: hook('/done') });
    await settled(api, done.id);
    receiver.hold();
    const halves = await Promise.all(
      Array.from({ length: 20 }, (_, index) => api.create({ duration: 1, events: hook(`/half${index}`) })),
    );
    for (const [index] of halves.entries()) await received(`/half${index}`);
    const later = await api.create({ duration: 60_000, events: hook('/later') });
    await server.stop('SIGKILL');
    receiver.release();

    const next = await data.launch().ready();
    for (const [index, { id }] of halves.entries()) {
      const timer = await settled(next, id);
      expect(timer.status).toBe('expired');
      const attempts = timer.deliveries[0]?.attempts.map(({ number, outcome }) => `${number} ${outcome}`);
      expect(attempts).toEqual(['1 interrupted', '2 succeeded']);
      expect(await firings(next, id)).toBe(1);
      const [first, second, ...more] = receiver.to(`/half${index}`);
      expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
      expect(more).toEqual([]);
    }
    expect(receiver.to('/done')).toHaveLength(1);
    expect(receiver.to('/later')).toEqual([]);
    expect((await next.timer(later.id)).status).toBe('running');
  });

  it('keeps a retry that was waiting for its time', async () => {
    const server = data.launch();
    const api = await server.ready();
    const retry = { max_attempts: 2, initial: '1500ms' };
    const { id } = await api.create({ duration: 1, retry, events: { on_expire: { webhook: nowhere } } });
    const failedAt = await until('the first attempt to fail', async () => {
      const { deliveries } = await api.timer(id);
      return deliveries[0]?.next_attempt_at ?? null;
    });
    await server.stop('SIGKILL');
    const next = await data.launch().ready();
    const { status, deliveries } = await settled(next, id);
    expect(status).toBe('failed');
    const [first, second] = deliveries[0]?.attempts ?? [];
    expect([first?.outcome, second?.outcome]).toEqual(['failed', 'failed']);
    expect(Date.parse(second?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(failedAt));
  });

  it('leads a chain on from where it stood, each timer once and after the one before', async () => {
    const server = data.launch();
    const api = await server.ready();
    const ids = Array.from({ length: 100 }, (_, n) => `link${n}`);
    const timers = ids.map((id, n) => ({
      id,
      name: id,
      duration: 1,
      ...(n > 0 && { depends_on: ids[n - 1] }),
    }));
    const created = await api.call('POST', '/v1/timers/batch', { body: { timers } });
    expect(JSON.parse(created.text).created).toBe(ids.length);
    await settled(api, 'link30');
    await server.stop('SIGKILL');
    const next = await data.launch().ready();
    await settled(next, 'link99');
    const links = await Promise.all(ids.map((id) => next.timer(id)));
    for (const [n, { id, status, started_at }] of links.entries()) {
      expect([id, status, await firings(next, id)]).toEqual([id, 'expired', 1]);
      if (n > 0) expect(started_at).toBe(links[n - 1]?.fired_at);
    }
  });

  it('never gives an id to two timers when its answer was lost', async () => {
    const server = data.launch();
    const api = await server.ready();
    const request = { body: { name: 'once', duration: '1h' }, headers: { 'idempotency-key': 'lost-answer' } };
    const first = await api.call('POST', '/v1/timers', request);
    await server.stop('SIGKILL');
    const again = await (await data.launch().ready()).call('POST', '/v1/timers', request);
    expect(again.status).toBe(201);
    expect(JSON.parse(again.text).id).toBe(JSON.parse(first.text).id);
  });
});

/** A port at which nothing listens. */
const nowhere = 'http://127.0.0.1:9/';
