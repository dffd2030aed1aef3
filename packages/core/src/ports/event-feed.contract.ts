import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TimerEvent } from '@minoots/contract';
import type { EventFeed, NewEvent, Subscription } from './event-feed.ts';

let count = 0;

function event(fields: Partial<NewEvent> = {}): NewEvent {
  return {
    teamId: 'team_a',
    isLogged: true,
    type: 'timer.created',
    at: '2030-01-01T00:00:00.000Z',
    timer_id: 'tmr_1',
    timer_name: 'tea',
    agent_id: null,
    status: 'running',
    message: `event ${++count}`,
    ...fields,
  };
}

async function take(subscription: Subscription, wanted: number): Promise<TimerEvent[]> {
  const taken: TimerEvent[] = [];
  for await (const next of subscription.events) {
    taken.push(next);
    if (taken.length === wanted) break;
  }
  subscription.close();
  return taken;
}

/** A feed under test. */
export interface EventFeedHarness {
  feed: EventFeed;
  /** Makes these happen, in this order, as the use cases do: the timer is saved where its history holds the event, and the event published. */
  happen(events: readonly NewEvent[]): Promise<void>;
  close(): Promise<void>;
}

/** What every EventFeed keeps to. */
export function eventFeedContract(name: string, open: () => Promise<EventFeedHarness>): void {
  describe(`${name} as an EventFeed`, () => {
    let feed: EventFeed;
    let harness: EventFeedHarness;
    beforeEach(async () => {
      harness = await open();
      feed = harness.feed;
    });
    afterEach(() => harness.close());

    it('tells a reader what is published after it began, in order', async () => {
      await harness.happen([event({ message: 'before' })]);
      const subscription = await feed.subscribe({ teamId: 'team_a' });
      await harness.happen([event({ message: 'one' }), event({ message: 'two' })]);
      expect((await take(subscription, 2)).map(({ message }) => message)).toEqual(['one', 'two']);
      expect(subscription.resumed).toBe(true);
    });

    it('keeps the events of other teams away', async () => {
      const subscription = await feed.subscribe({ teamId: 'team_a' });
      await harness.happen([event({ teamId: 'team_b', message: 'theirs' }), event({ message: 'ours' })]);
      expect((await take(subscription, 1))[0]?.message).toBe('ours');
    });

    it('filters by timer, agent and type', async () => {
      const byTimer = await feed.subscribe({ teamId: 'team_a', timerId: 'tmr_2' });
      const byAgent = await feed.subscribe({ teamId: 'team_a', agentId: 'bot' });
      const byType = await feed.subscribe({ teamId: 'team_a', types: ['timer.fired'] });
      await harness.happen([
        event({ message: 'none' }),
        event({ message: 'timer', timer_id: 'tmr_2' }),
        event({ message: 'agent', timer_id: 'tmr_3', agent_id: 'bot' }),
        event({ message: 'type', type: 'timer.fired' }),
      ]);
      expect((await take(byTimer, 1))[0]?.message).toBe('timer');
      expect((await take(byAgent, 1))[0]?.message).toBe('agent');
      expect((await take(byType, 1))[0]?.message).toBe('type');
    });

    it('resumes right after the last event that a reader saw', async () => {
      const first = await feed.subscribe({ teamId: 'team_a' });
      await harness.happen([event({ message: 'seen' })]);
      const [seen] = await take(first, 1);
      await harness.happen([event({ message: 'missed' })]);
      const second = await feed.subscribe({ teamId: 'team_a' }, seen?.id);
      await harness.happen([event({ message: 'new' })]);
      expect(second.resumed).toBe(true);
      expect((await take(second, 2)).map(({ message }) => message)).toEqual(['missed', 'new']);
    });

    it('says so when it cannot resume after an event that it does not know', async () => {
      const subscription = await feed.subscribe({ teamId: 'team_a' }, 'another-feed-17');
      expect(subscription.resumed).toBe(false);
      subscription.close();
    });

    it('tells what no history holds: the removal of a timer, a message', async () => {
      const subscription = await feed.subscribe({ teamId: 'team_a' });
      await harness.happen([
        event({ isLogged: false, type: 'timer.deleted', message: 'gone' }),
        event({ isLogged: false, type: 'message.posted', message: 'hello', data: { text: 'hello' } }),
      ]);
      const told = await take(subscription, 2);
      expect(told.map(({ type, message }) => [type, message])).toEqual([
        ['timer.deleted', 'gone'],
        ['message.posted', 'hello'],
      ]);
      expect(told[1]?.data).toEqual({ text: 'hello' });
    });

    it('tells what no timer has to do with, and not to those who follow a timer', async () => {
      const ofTimer = await feed.subscribe({ teamId: 'team_a', timerId: 'tmr_1' });
      const ofTeam = await feed.subscribe({ teamId: 'team_a' });
      const noTimer = { timer_id: null, timer_name: null, status: null };
      await harness.happen([
        event({ isLogged: false, type: 'message.posted', ...noTimer }),
        event({ isLogged: false, type: 'timer.deleted', message: 'gone' }),
      ]);
      expect((await take(ofTeam, 2))[0]).toMatchObject(noTimer);
      expect((await take(ofTimer, 1))[0]?.message).toBe('gone');
    });

    it('ends a subscription that is closed while its reader waits', async () => {
      const subscription = await feed.subscribe({ teamId: 'team_a' });
      const reading = (async () => {
        for await (const _ of subscription.events) throw new Error('no event was published');
      })();
      subscription.close();
      await reading;
    });
  });
}
