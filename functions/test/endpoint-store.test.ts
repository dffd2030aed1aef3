import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Endpoint, EndpointStatus } from '@minoots/core';
import { endpointStoreContract } from '@minoots/core/testing';
import { VIEW_MS } from '../src/stores/endpoint-view.ts';
import { FirestoreEndpointStore } from '../src/stores/firestore-endpoint-store.ts';
import { type MeteredFirestore, openFirestore, openMeteredFirestore } from './support/firestore.ts';

endpointStoreContract('FirestoreEndpointStore', async () => {
  const { firestore, close } = await openFirestore();
  const open = () => new FirestoreEndpointStore(firestore);
  return { store: open(), reopen: async () => open(), close };
});

describe('FirestoreEndpointStore', () => {
  const key = { teamId: 'team_a', endpointId: 'end_1' };
  let database: MeteredFirestore;
  let elapsedMs: number;
  let store: FirestoreEndpointStore;
  let other: FirestoreEndpointStore;
  beforeEach(async () => {
    database = await openMeteredFirestore();
    elapsedMs = 0;
    store = new FirestoreEndpointStore(database.firestore, { elapsed: () => elapsedMs });
    other = new FirestoreEndpointStore(database.firestore, { elapsed: () => elapsedMs });
  });
  afterEach(() => database.close());

  const failed = (count: number): Endpoint => ({
    id: key.endpointId,
    teamId: key.teamId,
    url: 'https://a.example/',
    status: 'failing',
    failures: { since: 1, count, last: { at: 1, error: 'answered 500' } },
    notices: [],
    release: null,
  });
  const fail = (at: FirestoreEndpointStore) =>
    at.update(key, (known) => {
      const count = (known?.failures?.count ?? 0) + 1;
      return { save: failed(count), result: count };
    });

  it('shows at a glance within 30 s what another instance has changed', async () => {
    const seen: (EndpointStatus | null)[] = [await store.glance(key)];
    await fail(other);
    elapsedMs += VIEW_MS - 1;
    seen.push(await store.glance(key));
    elapsedMs += 1;
    seen.push(await store.glance(key));
    await other.update(key, () => ({ remove: true, result: null }));
    elapsedMs += VIEW_MS;
    seen.push(await store.glance(key));
    expect(seen).toEqual([null, null, 'failing', null]);
  });

  it('asks Firestore twice in 30 s at most, however often and whatever it is asked', async () => {
    const before = database.meter.snapshot();
    const keys = Array.from({ length: 50 }, (_, index) => ({ ...key, endpointId: `end_${index}` }));
    await Promise.all(keys.map((each) => store.glance(each)));
    elapsedMs += VIEW_MS - 1;
    await Promise.all(keys.map((each) => store.glance(each)));
    // A query that finds nothing is one read.
    expect(database.meter.since(before)).toMatchObject({ reads: 2, writes: 0, deletes: 0 });
  });

  it('counts many failures at a time in few writes', async () => {
    const before = database.meter.snapshot();
    const counts = await Promise.all(Array.from({ length: 200 }, () => fail(store)));
    expect(counts.at(-1)).toBe(200);
    expect(database.meter.since(before)).toMatchObject({ reads: 2, writes: 2 });
  });

  it('loses none of the failures that several instances count at a time', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => fail(index % 2 ? store : other)));
    expect((await store.get(key))?.failures?.count).toBe(20);
  });
});
