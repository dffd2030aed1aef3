import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OPERATIONS, SigningSecrets, Timer } from '@minoots/contract';
import { startReceiver, type TestReceiver } from '@minoots/core/testing';
import { Webhook } from 'standardwebhooks';
import { CloudTasks } from './support/cloud-tasks.ts';
import { clientOf } from './support/driving.ts';
import { stacksUnderTest } from './support/stacks.ts';

const { real } = stacksUnderTest();

describe('a timer by the real clock', () => {
  const [api, tasks] = [clientOf(real), new CloudTasks(real)];
  let receiver: TestReceiver;
  /** When each request was received, in epoch ms. */
  let arrivals: number[];
  beforeEach(async () => {
    arrivals = [];
    receiver = await startReceiver((response) => {
      arrivals.push(Date.now());
      response.writeHead(204).end();
    });
  });
  afterEach(() => receiver.close());

  const create = (duration: string) =>
    api.create({ name: 'real', duration, events: { on_expire: { webhook: `${receiver.url}/hook` } } });
  const end = (id: string) => api.get(Timer, `/v1/timers/${id}/wait?timeout=30s`);
  const firings = async (id: string) => {
    const { data: log } = await api.get(OPERATIONS.getTimerLogs.output, `/v1/timers/${id}/logs`);
    return log.filter(({ type }) => type === 'timer.fired').length;
  };

  it('fires within a second of its time and not before, signed as its receiver can verify (complaint 11)', async () => {
    // One after the other, so that a machine that is busy for a moment is late for one of them.
    const timers: { id: string; latenessMs: number }[] = [];
    while (timers.length < 3) {
      const { id, fire_at } = await create('5s');
      expect(await end(id)).toMatchObject({ status: 'expired' });
      timers.push({ id, latenessMs: (arrivals[timers.length] ?? 0) - Date.parse(fire_at ?? '') });
    }
    const latenesses = timers.map(({ latenessMs }) => latenessMs);
    for (const latenessMs of latenesses) expect(latenessMs).toBeGreaterThanOrEqual(0);
    expect(Math.min(...latenesses)).toBeLessThan(1_000);
    expect(arrivals).toHaveLength(timers.length);
    const { id } = timers[0] ?? { id: '' };

    const { secrets } = await api.get(SigningSecrets, '/v1/signing-secrets');
    const [request] = receiver.requests;
    const headers = Object.entries(request?.headers ?? {}).map(([name, value]) => [name, String(value)]);
    const verified = new Webhook(secrets[0] ?? '').verify(request?.body ?? '', Object.fromEntries(headers));
    expect(verified).toMatchObject({ event: 'timer.expired', timer: { id }, delivery: { attempt: 1 } });
  });

  it('fires once although Cloud Tasks delivers its task six times at once (complaint 4)', async () => {
    const { id } = await create('4s');
    // So early, each delivery waits in its process for the timer's time, and then all set out together.
    await tasks.deliver(await tasks.taskOf(id), 5);
    expect(await end(id)).toMatchObject({ status: 'expired', deliveries: [{ attempts: [{ number: 1 }] }] });
    expect(await firings(id)).toBe(1);
    expect(receiver.requests).toHaveLength(1);
  });

  it('does nothing when its task comes although it was cancelled (complaint 9)', async () => {
    const { id, fire_at } = await create('3s');
    const task = await tasks.taskOf(id);
    await api.command(id, 'cancel');
    expect(await tasks.tasksOf(id)).toEqual([]);
    await tasks.deliver(task, 1);
    expect(Date.now()).toBeGreaterThan(Date.parse(fire_at ?? ''));
    expect(await api.timer(id)).toMatchObject({ status: 'cancelled', fired_at: null });
    expect(await firings(id)).toBe(0);
    expect(receiver.requests).toEqual([]);
  });
});
