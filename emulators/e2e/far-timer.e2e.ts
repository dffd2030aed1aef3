import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OPERATIONS } from '@minoots/contract';
import { startReceiver, type TestReceiver } from '@minoots/core/testing';
import { CloudTasks, type Task } from './support/cloud-tasks.ts';
import { advance, clientOf } from './support/driving.ts';
import { stacksUnderTest } from './support/stacks.ts';

const DAY_MS = 86_400_000;
/** How far ahead Cloud Tasks takes a task. */
const MAX_AHEAD_MS = 30 * DAY_MS;
const stacks = stacksUnderTest();

describe('a timer of sixty days', () => {
  let receiver: TestReceiver;
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  afterAll(() => receiver.close());

  const request = () => ({
    name: 'far',
    duration: '60d',
    events: { on_expire: { webhook: `${receiver.url}/far` } },
  });

  it('gets a task that Cloud Tasks takes, and a stop on the way', async () => {
    const created = await clientOf(stacks.real).create(request());
    const { scheduleTime } = await new CloudTasks(stacks.real).taskOf(created.id);
    const aheadMs = Date.parse(scheduleTime) - Date.parse(created.created_at);
    expect(aheadMs).toBeLessThan(MAX_AHEAD_MS);
    expect(Date.parse(scheduleTime)).toBe(Date.parse(created.fire_at ?? '') - 58 * DAY_MS);
    await clientOf(stacks.real).command(created.id, 'cancel');
  });

  it('goes from stop to stop and fires once, at its time', async () => {
    const stack = stacks.virtual;
    const [api, tasks] = [clientOf(stack), new CloudTasks(stack)];
    const { id, created_at, fire_at } = await api.create(request());
    const stops: number[] = [];
    for (const days of [10, 30, 20]) {
      stops.push(stopOf(await tasks.taskOf(id)));
      expect(receiver.requests).toEqual([]);
      await advance(stack, days * DAY_MS);
    }
    const born = Date.parse(created_at);
    expect(stops.map((stop) => (stop - born) / DAY_MS)).toEqual([2, 31, 60]);
    expect(await api.timer(id)).toMatchObject({ status: 'expired', fired_at: fire_at, drift_ms: 0 });
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/far']);
    const { data: log } = await api.get(OPERATIONS.getTimerLogs.output, `/v1/timers/${id}/logs`);
    expect(log.filter(({ type }) => type === 'timer.fired')).toHaveLength(1);
    expect(await tasks.tasksOf(id)).toEqual([]);
  });
});

/** When a task is due, in epoch ms of the virtual clock: at the end of its name, since its schedule time is real. */
function stopOf({ name, scheduleTime }: Task): number {
  expect(Date.parse(scheduleTime) - Date.now()).toBeLessThan(MAX_AHEAD_MS);
  return Number(name.slice(name.lastIndexOf('-') + 1));
}
