import { afterEach, describe, expect, it } from '@jest/globals';
import { Timer } from '@minoots/contract';
import { type ReceivedRequest, startReceiver, type TestReceiver } from '@minoots/core/testing';
import * as z from 'zod';
import { CloudTasks, withoutQueues } from './support/cloud-tasks.ts';
import { clientOf, sweep } from './support/driving.ts';
import { stacksUnderTest } from './support/stacks.ts';
import { killWorkers } from './support/workers.ts';

const { real, virtual } = stacksUnderTest();

describe('a timer', () => {
  const [api, tasks] = [clientOf(real), new CloudTasks(real)];
  const receivers: TestReceiver[] = [];
  afterEach(async () => {
    for (const receiver of receivers.splice(0)) await receiver.close();
  });

  async function receive(...answer: Parameters<typeof startReceiver>): Promise<TestReceiver> {
    const receiver = await startReceiver(...answer);
    receivers.push(receiver);
    return receiver;
  }
  const end = (id: string) => api.get(Timer, `/v1/timers/${id}/wait?timeout=60s`);

  it('whose process is killed while the receiver holds its webhook is completed by the retry of its task', async () => {
    let victim = '';
    let killed = 0;
    const receiver = await receive((response) => {
      if (killed > 0) response.writeHead(204).end();
      else killed = killWorkers(real, victim);
    });
    // A lease lasts as long as its webhook may, and half a minute.
    const webhook = { url: `${receiver.url}/hook`, timeout: '1s' };
    const { id } = await api.create({ duration: '3s', events: { on_expire: { webhook } } });
    victim = (await tasks.taskOf(id)).httpRequest.url.split('/').at(-1) ?? '';

    const { status, deliveries } = await end(id);
    expect(killed).toBeGreaterThan(0);
    expect(status).toBe('expired');
    const outcomes = deliveries.map(({ attempts }) => attempts.map(({ outcome }) => outcome));
    expect(outcomes).toEqual([['interrupted', 'succeeded']]);
    expect(receiver.requests.map(attemptOf)).toEqual([1, 2]);
    const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([deliveries[0]?.id, deliveries[0]?.id]);
  });

  it('whose task could not be created is armed by the sweep', async () => {
    const arrivals: number[] = [];
    const receiver = await receive((response) => {
      arrivals.push(Date.now());
      response.writeHead(204).end();
    });
    const events = { on_expire: { webhook: `${receiver.url}/hook` } };
    const create = () => api.create({ duration: '15s', events });
    const { id, fire_at } = await withoutQueues(real, [real, virtual], create);
    expect(await tasks.tasksOf(id)).toEqual([]);
    await sweep(real);
    await tasks.taskOf(id);
    expect(await end(id)).toMatchObject({ status: 'expired' });
    // In time: it was not merely found overdue.
    expect(arrivals).toHaveLength(1);
    expect((arrivals[0] ?? 0) - Date.parse(fire_at ?? '')).toBeLessThan(15_000);
  });

  it('whose queue was purged fires late, after a sweep', async () => {
    const receiver = await receive();
    const events = { on_expire: { webhook: `${receiver.url}/hook` } };
    // Long overdue, since a sweep leaves to their tasks what may only be late.
    const fire_at = new Date(Date.now() - 120_000).toISOString();
    const created = await tasks.whilePaused(async () => {
      const timers = await Promise.all([1, 2, 3].map(() => api.create({ fire_at, events })));
      for (const { id } of timers) await tasks.taskOf(id);
      await tasks.purge();
      return timers;
    });
    for (const { id } of created) {
      expect(await tasks.tasksOf(id)).toEqual([]);
      expect(await api.timer(id)).toMatchObject({ status: 'running' });
    }
    await sweep(real);
    for (const { id } of created) {
      const { status, drift_ms } = await end(id);
      expect(status).toBe('expired');
      expect(drift_ms).toBeGreaterThan(120_000);
    }
    expect(receiver.requests).toHaveLength(created.length);
  });
});

function attemptOf({ body }: ReceivedRequest): number {
  return z.object({ delivery: z.object({ attempt: z.int() }) }).parse(JSON.parse(body)).delivery.attempt;
}
