import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TimerEvent } from '@minoots/contract';
import type { EventFeed, NewEvent, Subscription } from './event-feed.ts';

let count = 0;

function event(fields: Partial<NewEvent> = {}): NewEvent {
  return {
    teamId: 'team_a',
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

/** What every EventFeed keeps to. */
export function eventFeedContract(
  name: string,
  open: () => Promise<{ feed: EventFeed; close(): Promise<void> }>,
): void {
  describe(`${name} as an EventFeed`, () => {
    let feed: EventFeed;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ feed, close } = await open());
    });
    afterEach(() => close());

    it('tells a reader what is published after it began, in order', async () => {
      feed.publish([event({ message: 'before' })]);
      const subscription = feed.subscribe({ teamId: 'team_a' });
      feed.publish([event({ message: 'one' }), event({ message: 'two' })]);
      expect((await take(subscription, 2)).map(({ message }) => message)).toEqual(['one', 'two']);
      expect(subscription.resumed).toBe(true);
    });

    it('keeps the events of other teams away', async () => {
      const subscription = feed.subscribe({ teamId: 'team_a' });
      feed.publish([event({ teamId: 'team_b', message: 'theirs' }), event({ message: 'ours' })]);
      expect((await take(subscription, 1))[0]?.message).toBe('ours');
    });

    it('filters by timer, agent and type', async () => {
      const byTimer = feed.subscribe({ teamId: 'team_a', timerId: 'tmr_2' });
      const byAgent = feed.subscribe({ teamId: 'team_a', agentId: 'bot' });
      const byType = feed.subscribe({ teamId: 'team_a', types: ['timer.fired'] });
      feed.publish([
        event({ message: 'none' }),
        event({ message: 'timer', timer_id: 'tmr_2' }),
        event({ message: 'agent', agent_id: 'bot' }),
        event({ message: 'type', type: 'timer.fired' }),
      ]);
      expect((await take(byTimer, 1))[0]?.message).toBe('timer');
      expect((await take(byAgent, 1))[0]?.message).toBe('agent');
      expect((await take(byType, 1))[0]?.message).toBe('type');
    });

    it('resumes right after the last event that a reader saw', async () => {
      const first = feed.subscribe({ teamId: 'team_a' });
      feed.publish([event({ message: 'seen' })]);
      const [seen] = await take(first, 1);
      feed.publish([event({ message: 'missed' })]);
      const second = feed.subscribe({ teamId: 'team_a' }, seen?.id);
      feed.publish([event({ message: 'new' })]);
      expect(second.resumed).toBe(true);
      expect((await take(second, 2)).map(({ message }) => message)).toEqual(['missed', 'new']);
    });

    it('says so when it cannot resume after an event that it does not know', () => {
      const subscription = feed.subscribe({ teamId: 'team_a' }, 'another-feed-17');
      expect(subscription.resumed).toBe(false);
      subscription.close();
    });

    it('ends a subscription that is closed while its reader waits', async () => {
      const subscription = feed.subscribe({ teamId: 'team_a' });
      const reading = (async () => {
        for await (const _ of subscription.events) throw new Error('no event was published');
      })();
      subscription.close();
      await reading;
    });
  });
}
