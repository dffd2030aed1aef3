import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Limit, Timer } from '@minoots/core';
import { sampleTimer } from '@minoots/core/testing';
import { FirestoreQuotaLedger } from '../src/stores/firestore-quota-ledger.ts';
import { FirestoreTimerStore } from '../src/stores/firestore-timer-store.ts';
import { type MeteredFirestore, openMeteredFirestore } from './support/firestore.ts';
import { plansKeeping } from './support/plans.ts';

const COUNTER = 'agent:bot';
const INSTANCES = 5;
const now = () => Date.UTC(2030, 0, 1);
const limit = (max: number, revision = 1): Limit => ({ counter: COUNTER, max, revision });
const counted = (): Timer => ({ ...sampleTimer(), countsAgainst: [COUNTER] });

describe('limits that several instances keep to', () => {
  let database: MeteredFirestore;
  beforeEach(async () => {
    database = await openMeteredFirestore();
  });
  afterEach(() => database.close());

  const openStore = () =>
    new FirestoreTimerStore({ firestore: database.firestore, now, plans: plansKeeping(1_000) });
  const openLedger = () => new FirestoreQuotaLedger(database.firestore, now);
  const instances = <T>(open: () => T) => Array.from({ length: INSTANCES }, open);

  /** How many of as many requests at each instance add a timer. */
  async function insertAt(stores: readonly FirestoreTimerStore[], requests: number, bound: Limit) {
    const outcomes = await Promise.all(
      stores.flatMap((store) => Array.from({ length: requests }, () => store.insert([counted()], [bound]))),
    );
    return outcomes.flat().filter(({ inserted }) => inserted).length;
  }

  it.each([100, 1_000])(
    'admit exactly one of 50 parallel inserts when one place of %i is left',
    async (max) => {
      await openStore().insert(Array.from({ length: max - 1 }, counted), [limit(max)]);
      expect(await insertAt(instances(openStore), 10, limit(max))).toBe(1);
      expect(await openLedger().used({ teamId: 'team_a', counter: COUNTER })).toBe(max);
    },
  );

  it('admit as many as have room, whichever part of the counter each instance comes to', async () => {
    expect(await insertAt(instances(openStore), 60, limit(250))).toBe(250);
    expect(await openLedger().used({ teamId: 'team_a', counter: COUNTER })).toBe(250);
  });

  it('admit exactly one of 50 parallel takes of the last place', async () => {
    const window = { startsAt: now(), endsAt: now() + 1 };
    const place = { teamId: 'team_a', counter: 'fires:bot', window };
    const bound = { max: 100, revision: 1 };
    const filler = openLedger();
    await Promise.all(Array.from({ length: 99 }, () => filler.take(place, bound)));
    const rivals = instances(openLedger).flatMap((ledger) =>
      Array.from({ length: 10 }, () => ledger.take(place, bound)),
    );
    expect((await Promise.all(rivals)).filter(Boolean)).toHaveLength(1);
  });

  it('go by the latest limit, though some instances have not heard of it', async () => {
    const [first, second] = [openStore(), openStore()];
    await first.insert(Array.from({ length: 300 }, counted), [limit(1_000, 1)]);
    expect((await first.insert([counted()], [limit(300, 2)]))[0]).toMatchObject({ inserted: false });
    expect((await second.insert([counted()], [limit(1_000, 1)]))[0]).toEqual({
      inserted: false,
      overLimit: { counter: COUNTER, used: 300, max: 300 },
    });
  });

  it('cost two documents more to write and two to read in the life of a timer', async () => {
    const store = openStore();
    const timer = counted();
    await store.insert([counted()], [limit(10)]);
    const before = database.meter.snapshot();
    await store.insert([timer], [limit(10)]);
    // The timer, as it has to be known that there is none, and the counter.
    expect(database.meter.since(before)).toMatchObject({ reads: 2, writes: 2 });
    const { countsAgainst: _, ...free } = timer;
    await store.update({ teamId: timer.teamId, timerId: timer.id }, () => ({
      save: { ...free, version: 2 },
      result: null,
    }));
    expect(database.meter.since(before)).toMatchObject({ reads: 3, writes: 4 });
  });
});
