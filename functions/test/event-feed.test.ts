import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { TimerEvent } from '@minoots/contract';
import { createApi, type NewEvent, StorageUnavailable, type Subscription, type Timer } from '@minoots/core';
import { eventFeedContract, FAKE_ENGINE_KEY, fakeEngine, sampleTimer } from '@minoots/core/testing';
import { FieldValue, Query, Timestamp } from 'firebase-admin/firestore';
import { FirestoreEventFeed } from '../src/events/firestore-event-feed.ts';
import { documentId, TIMERS } from '../src/stores/collections.ts';
import { FirestoreTimerStore } from '../src/stores/firestore-timer-store.ts';
import { encodeTimer } from '../src/stores/timer-document.ts';
import { openFirestore } from './support/firestore.ts';
import { planKeeping, plansKeeping } from './support/plans.ts';

const HISTORY_MS = 30 * 86_400_000;
const HOUR_MS = 3_600_000;
const team = { teamId: 'team_a' };
const silent = { info: () => {}, warn: () => {}, error: () => {} };

/** A database with a store and two feeds over it, as two instances of a function have. */
async function openEvents() {
  const { firestore, close } = await openFirestore();
  const store = new FirestoreTimerStore({ firestore, now: Date.now, plans: plansKeeping(HISTORY_MS) });
  const openFeed = (now = Date.now) => new FirestoreEventFeed({ firestore, logger: silent, now });
  const [feed, otherFeed] = [openFeed(), openFeed()];
  return {
    firestore,
    store,
    feed,
    otherFeed,
    openFeed,
    async happen(events: readonly NewEvent[]) {
      for (const event of events) {
        if (event.isLogged) await save(store, event);
        await feed.publish([event]);
      }
    },
    async close() {
      feed.close();
      otherFeed.close();
      await close();
    },
  };
}

type Events = Awaited<ReturnType<typeof openEvents>>;

/** Saves the timer of an event with that event as the newest entry of its history. */
function save(store: FirestoreTimerStore, event: NewEvent): Promise<void> {
  return store.update({ teamId: event.teamId, timerId: event.timer_id ?? '' }, (timer) => ({
    save: withEvents(timer ?? newTimer(event), [event]),
    result: undefined,
  }));
}

function newTimer({ teamId, timer_id: id, agent_id: agentId }: NewEvent): Timer {
  return { ...sampleTimer({ id: id ?? '', teamId, agentId }), version: 0, log: [] };
}

function withEvents(timer: Timer, events: readonly NewEvent[]): Timer {
  const version = timer.version + 1;
  const entries = events.map(({ at, type, message }) => ({ version, at: Date.parse(at), type, message }));
  return { ...timer, version, log: [...timer.log, ...entries] };
}

function event(message: string, fields: Partial<NewEvent> = {}): NewEvent {
  return {
    ...team,
    isLogged: true,
    type: 'timer.extended',
    at: '2030-01-01T00:00:00.000Z',
    timer_id: 'tmr_1',
    timer_name: 'tea',
    agent_id: null,
    status: 'running',
    message,
    ...fields,
  };
}

async function take(subscription: Subscription, wanted: number): Promise<TimerEvent[]> {
  const taken: TimerEvent[] = [];
  for await (const next of subscription.events) if (taken.push(next) === wanted) break;
  subscription.close();
  return taken;
}

function cancelled(timer: Timer): Timer {
  const ended = withEvents(timer, [event('cancelled', { type: 'timer.cancelled' })]);
  return { ...ended, status: 'cancelled', startedAt: null, fireAt: null, settledAt: Date.now() };
}

/** The id that parts like those of a position would make. */
function toId(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function messagesOf(events: readonly TimerEvent[]): string[] {
  return events.map(({ message }) => message);
}

/** Lets the next listener begin as ever; the error given to `fail` then reaches it as one of Firestore's would. */
function nextListener(): { fail(error: Error): void } {
  const { onSnapshot } = Query.prototype;
  const listener = { fail: (_: Error) => {} };
  jest.spyOn(Query.prototype, 'onSnapshot').mockImplementationOnce(function (this: Query, onNext, onError) {
    listener.fail = (error) => onError?.(error);
    return onSnapshot.call(this, onNext, onError);
  });
  return listener;
}

eventFeedContract('FirestoreEventFeed', openEvents);

describe('FirestoreEventFeed', () => {
  let events: Events;
  let markers = 0;
  beforeEach(async () => {
    events = await openEvents();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    jest.useRealTimers();
    await events.close();
  });

  /** All that a subscription tells up to now. */
  async function toldBy(subscription: Subscription): Promise<TimerEvent[]> {
    const marker = `marker ${++markers}`;
    await events.happen([event(marker, { timer_id: 'tmr_marker' })]);
    const told: TimerEvent[] = [];
    for await (const next of subscription.events) {
      if (next.message === marker) break;
      if (next.timer_id !== 'tmr_marker') told.push(next);
    }
    subscription.close();
    return told;
  }

  /** What a reader missed who comes back on another instance. */
  async function missedSince(lastEventId: string | undefined): Promise<TimerEvent[]> {
    const subscription = await events.otherFeed.subscribe(team, lastEventId);
    expect(subscription.resumed).toBe(true);
    return toldBy(subscription);
  }

  it('resumes on another instance between any two events, with none left out or told twice', async () => {
    const live = await events.feed.subscribe(team);
    await events.happen([
      event('one'),
      event('two'),
      event('three', { timer_id: 'tmr_2' }),
      event('four', { timer_id: 'tmr_2', isLogged: false, type: 'message.posted' }),
      event('five'),
      event('six', { timer_id: 'tmr_2' }),
    ]);
    const told = await take(live, 6);
    expect(messagesOf(told)).toEqual(['one', 'two', 'three', 'four', 'five', 'six']);
    for (const [index, { id }] of told.entries()) {
      const missed = await missedSince(id);
      expect(missed.map((one) => one.id)).toEqual(told.slice(index + 1).map((one) => one.id));
    }
  });

  it('tells each of several saves that arrive as one, under the id it has for those who saw it arrive alone', async () => {
    const { feed, happen } = events;
    const start = await feed.subscribe(team);
    const live = await feed.subscribe(team);
    await happen([event('start')]);
    const [first] = await take(start, 1);
    const alone: TimerEvent[] = [];
    for (const message of ['one', 'two', 'three']) {
      await happen([event(message)]);
      const reader = await feed.subscribe(team, alone.at(-1)?.id ?? first?.id);
      alone.push(...(await take(reader, 1)));
    }
    expect(messagesOf(alone)).toEqual(['one', 'two', 'three']);
    expect((await missedSince(first?.id)).map(({ id }) => id)).toEqual(alone.map(({ id }) => id));
    expect((await toldBy(live)).slice(1).map(({ id }) => id)).toEqual(alone.map(({ id }) => id));
  });

  it('resumes between the events of one commit', async () => {
    const { firestore, feed } = events;
    const live = await feed.subscribe(team);
    const batch = firestore.batch();
    for (const timerId of ['tmr_1', 'tmr_2', 'tmr_3']) {
      const timer = newTimer(event('', { timer_id: timerId }));
      const id = documentId(timer.teamId, timer.id);
      const saved = withEvents(timer, [event(`${timerId} first`), event(`${timerId} second`)]);
      batch.set(
        firestore.collection(TIMERS).doc(id),
        encodeTimer(saved, { id, plan: planKeeping(HISTORY_MS) }),
      );
    }
    await batch.commit();
    const told = await take(live, 6);
    expect(new Set(messagesOf(told)).size).toBe(6);
    for (const [index, { id }] of told.entries()) {
      expect(messagesOf(await missedSince(id))).toEqual(messagesOf(told.slice(index + 1)));
    }
  });

  it('goes by the instants of commits, not by those at which their requests arrived', async () => {
    const { firestore, feed, happen } = events;
    const live = await feed.subscribe(team);
    await happen([event('early', { timer_id: 'tmr_early' })]);
    const timer = newTimer(event('', { timer_id: 'tmr_late' }));
    const id = documentId(timer.teamId, timer.id);
    await firestore
      .collection(TIMERS)
      .doc(id)
      .set({
        ...encodeTimer(withEvents(timer, [event('late')]), { id, plan: planKeeping(HISTORY_MS) }),
        changedAt: Timestamp.fromMillis(Date.now() - 5_000),
      });
    const told = await take(live, 2);
    expect(messagesOf(told)).toEqual(['early', 'late']);
    expect(messagesOf(await missedSince(told[0]?.id))).toEqual(['late']);
    expect(await missedSince(told[1]?.id)).toEqual([]);
  });

  it('tells saves that arrive as one by the instants of their commits too', async () => {
    const { feed, happen } = events;
    const live = await feed.subscribe(team);
    await happen([event('early', { timer_id: 'tmr_early' })]);
    const [early] = await take(live, 1);
    // Firestore sets its timestamp when a request arrives, and commits later.
    const arrived = Timestamp.fromMillis(Date.now() - 5_000);
    jest.spyOn(FieldValue, 'serverTimestamp').mockImplementation(() => arrived);
    await happen([event('one'), event('two'), event('three')]);
    jest.restoreAllMocks();
    expect(messagesOf(await missedSince(early?.id))).toEqual(['one', 'two', 'three']);
  });

  it('keeps the order of events that are published together', async () => {
    const { feed } = events;
    const live = await feed.subscribe(team);
    await feed.publish(['one', 'two', 'three'].map((message) => event(message, { isLogged: false })));
    const told = await take(live, 3);
    expect(messagesOf(told)).toEqual(['one', 'two', 'three']);
    expect(messagesOf(await missedSince(told[0]?.id))).toEqual(['two', 'three']);
  });

  it('writes nothing for events that a history holds', async () => {
    const { feed, firestore } = events;
    await feed.publish([event('held')]);
    expect((await firestore.collectionGroup(TIMERS).get()).size).toBe(0);
    await feed.publish([event('not held', { isLogged: false })]);
    expect((await firestore.collectionGroup(TIMERS).get()).size).toBe(1);
    expect((await firestore.collection(TIMERS).get()).size).toBe(0);
  });

  it('begins anew for a reader whose last event is older than an hour', async () => {
    const { feed, openFeed, happen } = events;
    const live = await feed.subscribe(team);
    await happen([event('old')]);
    const [old] = await take(live, 1);
    const within = await openFeed(() => Date.now() + HOUR_MS - 60_000).subscribe(team, old?.id);
    expect(within.resumed).toBe(true);
    within.close();
    const beyond = await openFeed(() => Date.now() + HOUR_MS + 60_000).subscribe(team, old?.id);
    expect(beyond.resumed).toBe(false);
    await happen([event('new')]);
    expect(messagesOf(await toldBy(beyond))).toEqual(['new']);
  });

  it.each([
    ['', 'empty'],
    ['bm90IEpTT04', 'not JSON'],
    [toId([1, 0, 'x']), 'short'],
    [toId([-1, 0, 'x', 1, 0]), 'before all time'],
    [toId([1e15, 0, 'x', 1, 0]), 'after all time'],
    [toId([Math.floor(Date.now() / 1000) + 7200, 0, 'x', 1, 0]), 'of the future'],
  ])('cannot resume after %j, which is %s', async (id) => {
    const subscription = await events.feed.subscribe(team, id);
    expect(subscription.resumed).toBe(false);
    subscription.close();
  });

  it('tells all from its beginning on where its clock is ahead of the database', async () => {
    const { openFeed, happen } = events;
    await happen([event('before')]);
    const subscription = await openFeed(() => Date.now() + 60_000).subscribe(team);
    await happen([event('after')]);
    expect(messagesOf(await toldBy(subscription))).toEqual(['after']);
  });

  it('goes on without a gap when its listener is replaced because it holds many documents', async () => {
    const { openFeed, happen } = events;
    const listeners = jest.spyOn(Query.prototype, 'onSnapshot');
    const feed = openFeed(() => Date.now() - 60_000);
    const subscription = await feed.subscribe(team);
    expect(listeners).toHaveBeenCalledTimes(1);
    const many = Array.from({ length: 1_200 }, (_, index) =>
      event(`event ${index}`, { timer_id: `tmr_${index}`, isLogged: false }),
    );
    for (const part of [0, 400, 800]) await feed.publish(many.slice(part, part + 400));
    await happen([event('last')]);
    const told = messagesOf(await toldBy(subscription));
    expect(listeners).toHaveBeenCalledTimes(2);
    expect(told).toHaveLength(1_201);
    expect(new Set(told).size).toBe(1_201);
    expect(told.at(-1)).toBe('last');
  });

  it('ends a subscription whose listener fails, so that its reader comes back and resumes', async () => {
    const { firestore, openFeed, happen } = events;
    const listener = nextListener();
    const subscription = await openFeed().subscribe(team);
    await happen([event('one'), event('two')]);
    const told: TimerEvent[] = [];
    for await (const next of subscription.events) {
      if (told.push(next) === 2) listener.fail(new Error('7 PERMISSION_DENIED'));
    }
    expect(messagesOf(told)).toEqual(['one', 'two']);
    await happen([event('three')]);
    expect(messagesOf(await missedSince(told[1]?.id))).toEqual(['three']);
    await expect(firestore.terminate()).resolves.toBeUndefined();
  });

  it('ends a subscription whose listener brings a document that cannot be read', async () => {
    const { firestore, feed } = events;
    const subscription = await feed.subscribe(team);
    const broken = { ...team, id: 'tmr_1', changedAt: new Date(), timer: '{' };
    await firestore.collection(TIMERS).doc('broken').set(broken);
    for await (const _ of subscription.events) throw new Error('there is no event');
    await expect(firestore.terminate()).resolves.toBeUndefined();
  });

  it('refuses a subscription whose listener fails to begin', async () => {
    jest.spyOn(Query.prototype, 'onSnapshot').mockImplementationOnce((_, onError) => {
      setImmediate(() => onError?.(new Error('9 FAILED_PRECONDITION: the query requires an index')));
      return () => {};
    });
    await expect(events.feed.subscribe(team)).rejects.toThrow(StorageUnavailable);
  });

  it('refuses a subscription that the database does not answer within 10 s', async () => {
    jest.useFakeTimers();
    jest.spyOn(Query.prototype, 'onSnapshot').mockImplementationOnce(() => () => {});
    const refused = expect(events.feed.subscribe(team)).rejects.toThrow(StorageUnavailable);
    await jest.advanceTimersByTimeAsync(10_000);
    await refused;
  });

  it('cuts off a reader that falls far behind, who then resumes without a gap', async () => {
    const { feed } = events;
    const slow = await feed.subscribe(team);
    const other = await feed.subscribe(team);
    for (const part of ['a', 'b', 'c', 'd']) {
      const published = Array.from({ length: 3_000 }, (_, index) =>
        event(`${part}${index}`, { isLogged: false, timer_id: part }),
      );
      await feed.publish(published);
    }
    await toldBy(other);
    const read: TimerEvent[] = [];
    for await (const next of slow.events) read.push(next);
    expect(read).toHaveLength(10_001);
    const rest = await missedSince(read.at(-1)?.id);
    expect(rest).toHaveLength(1_999);
    expect(rest[0]?.message).toBe('d1001');
  });

  it('leaves no listener when its readers have gone, nor when it closes', async () => {
    const { firestore, feed, otherFeed } = events;
    const gone = await feed.subscribe(team);
    const open = [await otherFeed.subscribe(team), await otherFeed.subscribe({ ...team, timerId: 'tmr_1' })];
    gone.close();
    await expect(firestore.terminate()).rejects.toMatch('listeners');
    otherFeed.close();
    for (const subscription of open) {
      for await (const _ of subscription.events) throw new Error('there is no event');
    }
    await expect(firestore.terminate()).resolves.toBeUndefined();
  });

  it('ends at once a reader that comes while it closes, or after', async () => {
    const { firestore, feed } = events;
    const coming = feed.subscribe(team);
    feed.close();
    for (const subscription of [await coming, await feed.subscribe(team)]) {
      for await (const _ of subscription.events) throw new Error('there is no event');
    }
    await expect(firestore.terminate()).resolves.toBeUndefined();
  });

  it('answers a wait when the timer ends on another instance', async () => {
    const { store, otherFeed } = events;
    const teamId = 'team';
    const timer = sampleTimer({ id: 'tmr_waited', teamId });
    await store.insert([timer]);
    const { promise: read, resolve } = Promise.withResolvers<void>();
    jest.spyOn(store, 'get').mockImplementationOnce((key) => {
      const found = FirestoreTimerStore.prototype.get.call(store, key);
      void found.then(() => resolve());
      return found;
    });
    const api = createApi(fakeEngine({ timers: store, events: otherFeed }));
    const answer = api.request('/v1/timers/tmr_waited/wait?timeout=60s', {
      headers: { authorization: `Bearer ${FAKE_ENGINE_KEY}` },
    });
    await read;
    await store.update({ teamId, timerId: timer.id }, (current) => ({
      ...(current === null ? {} : { save: cancelled(current) }),
      result: undefined,
    }));
    const response = await answer;
    expect(await response.json()).toMatchObject({ id: 'tmr_waited', status: 'cancelled' });
  });
});
