import { describe, expect, it } from '@jest/globals';
import type { TimerEvent } from '@minoots/contract';
import type { NewEvent, Subscription } from '@minoots/core';
import { MemoryEventFeed } from './memory-event-feed.ts';

const KEPT = 10_000;
const team = { teamId: 'team_a' };

function events(from: number, count: number, timerId = 'tmr_1'): NewEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    ...team,
    isLogged: true,
    type: 'timer.created',
    at: '2030-01-01T00:00:00.000Z',
    timer_id: timerId,
    timer_name: 'tea',
    agent_id: null,
    status: 'running',
    message: `event ${from + index}`,
  }));
}

/** All that a subscription gives until it ends. */
async function all(subscription: Subscription): Promise<TimerEvent[]> {
  const taken: TimerEvent[] = [];
  for await (const event of subscription.events) taken.push(event);
  return taken;
}

/** All that a subscription still gives once it is closed. */
function rest(subscription: Subscription): Promise<TimerEvent[]> {
  subscription.close();
  return all(subscription);
}

describe('MemoryEventFeed', () => {
  it('resumes after the oldest event that it keeps, and tells when that is gone', async () => {
    const feed = new MemoryEventFeed('run');
    await feed.publish(events(1, KEPT + 5));
    const resumed = await feed.subscribe(team, 'run-5');
    expect(resumed.resumed).toBe(true);
    const missed = await rest(resumed);
    expect(missed).toHaveLength(KEPT);
    expect(missed[0]?.message).toBe('event 6');
    expect((await feed.subscribe(team, 'run-4')).resumed).toBe(false);
  });

  it.each(['before-5', 'run-99', 'run-x', ''])(
    'cannot resume after %j, which is not of this run',
    async (id) => {
      const feed = new MemoryEventFeed('run');
      await feed.publish(events(1, 10));
      expect((await feed.subscribe(team, id)).resumed).toBe(false);
    },
  );

  it('cuts off a reader that falls far behind, who then resumes without a gap', async () => {
    const feed = new MemoryEventFeed('run');
    const slow = await feed.subscribe(team);
    const other = await feed.subscribe(team);
    await feed.publish(events(1, KEPT + 1));
    await feed.publish(events(KEPT + 2, 3));
    const read = await all(slow);
    expect(read).toHaveLength(KEPT + 1);
    const next = await feed.subscribe(team, read.at(-1)?.id);
    expect((await rest(next)).map(({ message }) => message)).toEqual(
      [2, 3, 4].map((number) => `event ${KEPT + number}`),
    );
    await rest(other);
  });

  it('ends every reader when it closes, after what they have not read yet', async () => {
    const feed = new MemoryEventFeed('run');
    const readers = [await feed.subscribe(team), await feed.subscribe({ ...team, timerId: 'tmr_1' })];
    await feed.publish(events(1, 2));
    feed.close();
    for (const reader of readers) expect(await all(reader)).toHaveLength(2);
  });

  it('ends a reader at once that comes after it has closed', async () => {
    const feed = new MemoryEventFeed('run');
    feed.close();
    expect(await all(await feed.subscribe(team))).toEqual([]);
  });

  it('tells readers of one timer only of that timer, also after others have gone', async () => {
    const feed = new MemoryEventFeed('run');
    const gone = await feed.subscribe({ ...team, timerId: 'tmr_1' });
    const reader = await feed.subscribe({ ...team, timerId: 'tmr_1' });
    gone.close();
    await feed.publish([...events(1, 1, 'tmr_2'), ...events(2, 1, 'tmr_1')]);
    expect((await rest(reader)).map(({ message }) => message)).toEqual(['event 2']);
  });
});
