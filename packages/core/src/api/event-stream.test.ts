import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { TimerEvent } from '@minoots/contract';
import { MinootsError, teamNotFound } from '../app/errors.ts';
import type { EventFeed, Subscription } from '../ports/event-feed.ts';
import { StorageUnavailable } from '../ports/timer-store.ts';
import { createApi } from './app.ts';
import { eventStream, HEARTBEAT_MS, MAX_WAITING_EVENTS } from './event-stream.ts';
import { fakeEngine, KEY } from './fake-engine.ts';

function event(id: string): TimerEvent {
  return {
    id,
    type: 'timer.fired',
    at: '2030-01-31T09:00:00.000Z',
    timer_id: 'tmr_1',
    timer_name: 'tea\nor coffee',
    agent_id: null,
    status: 'firing',
    message: 'Fired',
  };
}

/** A subscription that gives these events and then stays open until it is closed. */
function subscriptionOf(events: TimerEvent[], resumed = true): Subscription & { closed: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  async function* feed() {
    yield* events;
    await promise;
  }
  return { resumed, events: feed(), close: resolve, closed: promise };
}

async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, mark: string): Promise<string> {
  let text = '';
  while (!text.includes(mark)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the stream ended before ${mark}: ${text}`);
    text += new TextDecoder().decode(value);
  }
  return text;
}

describe('eventStream', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('tells each event with its id, type and data on one line', async () => {
    const reader = eventStream(subscriptionOf([event('7')])).getReader();
    const text = await readUntil(reader, 'Fired"}\n\n');
    expect(text).toBe(`retry: 2000\n\nid: 7\nevent: timer.fired\ndata: ${JSON.stringify(event('7'))}\n\n`);
    await reader.cancel();
  });

  it('begins with a reset when it could not go on where the reader left off', async () => {
    const reader = eventStream(subscriptionOf([event('7')], false)).getReader();
    const text = await readUntil(reader, 'id: 7');
    expect(text).toMatch(/^retry: 2000\n\nevent: stream\.reset\ndata: \{\}\n\nid: 7/);
    await reader.cancel();
  });

  it('says that it lives while nothing happens', async () => {
    const reader = eventStream(subscriptionOf([])).getReader();
    await readUntil(reader, 'retry');
    jest.advanceTimersByTime(HEARTBEAT_MS);
    expect(await readUntil(reader, '\n\n')).toBe(': alive\n\n');
    await reader.cancel();
  });

  it('ends with the first heartbeat at which the reader may not read it any more', async () => {
    const answers = [true, false];
    const subscription = subscriptionOf([]);
    const reader = eventStream(subscription, async () => answers.shift() ?? true).getReader();
    await readUntil(reader, 'retry');
    jest.advanceTimersByTime(HEARTBEAT_MS);
    expect(await readUntil(reader, '\n\n')).toBe(': alive\n\n');
    jest.advanceTimersByTime(HEARTBEAT_MS);
    expect(await reader.read()).toEqual({ done: true, value: undefined });
    await subscription.closed;
    expect(jest.getTimerCount()).toBe(0);
  });

  it('closes the subscription when the reader goes away', async () => {
    const subscription = subscriptionOf([]);
    await eventStream(subscription).cancel();
    await subscription.closed;
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends when the feed ends', async () => {
    const subscription = subscriptionOf([]);
    const reader = eventStream(subscription).getReader();
    await readUntil(reader, 'retry');
    subscription.close();
    expect(await reader.read()).toEqual({ done: true, value: undefined });
  });

  it('takes no more from the feed than a slow reader has room for', async () => {
    let taken = 0;
    async function* endless() {
      for (;;) yield event(String(++taken));
    }
    const reader = eventStream({ resumed: true, events: endless(), close: () => {} }).getReader();
    await readUntil(reader, 'id: 500\n');
    expect(taken).toBeLessThanOrEqual(500 + MAX_WAITING_EVENTS + 1);
    await reader.cancel();
  });
});

describe('GET /v1/events', () => {
  it('hands the filter and the last event id to the feed', async () => {
    const subscribe = jest.fn<EventFeed['subscribe']>(async () => subscriptionOf([]));
    const api = createApi(fakeEngine({ events: { publish: async () => {}, subscribe } }));
    const headers = { authorization: `Bearer ${KEY}`, 'last-event-id': '41' };
    const response = await api.request('/v1/events?agent_id=a&types=timer.fired,timer.failed', { headers });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(subscribe).toHaveBeenCalledWith(
      { teamId: 'team', agentId: 'a', types: ['timer.fired', 'timer.failed'] },
      '41',
    );
    await response.body?.cancel();
  });

  it.each([
    ['ends when the key is not good any more', async () => null, true],
    ['ends when the person is out of the team', () => Promise.reject(teamNotFound('team_a')), true],
    [
      'goes on when there are many requests',
      () => Promise.reject(new MinootsError('rate_limited', '')),
      false,
    ],
    ['goes on when nobody can tell', () => Promise.reject(new StorageUnavailable('down')), false],
  ])('%s', async (_, authenticate, isEnd) => {
    jest.useFakeTimers();
    const engine = fakeEngine({
      events: { publish: async () => {}, subscribe: async () => subscriptionOf([]) },
    });
    const response = await createApi(engine).request('/v1/events', {
      headers: { authorization: `Bearer ${KEY}` },
    });
    const reader = response.body?.getReader();
    if (reader === undefined) throw new Error('there is no stream');
    await readUntil(reader, 'retry');
    engine.authenticator = { authenticate };
    jest.advanceTimersByTime(HEARTBEAT_MS);
    expect((await reader.read()).done).toBe(isEnd);
    await reader.cancel();
    jest.useRealTimers();
  });

  it('leaves no subscription behind for a HEAD request', async () => {
    const subscription = subscriptionOf([]);
    const api = createApi(
      fakeEngine({ events: { publish: async () => {}, subscribe: async () => subscription } }),
    );
    await api.request('/v1/events', { method: 'HEAD', headers: { authorization: `Bearer ${KEY}` } });
    await subscription.closed;
  });
});
