import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_CONTEXT_BYTES, MAX_CONTEXT_KEYS } from '@minoots/contract';
import { contextStoreContract } from '@minoots/core/testing';
import { FirestoreContextStore } from '../src/stores/firestore-context-store.ts';
import { type MeteredFirestore, openFirestore, openMeteredFirestore } from './support/firestore.ts';

contextStoreContract('FirestoreContextStore', async () => {
  const { firestore, close } = await openFirestore();
  const open = () => new FirestoreContextStore(firestore);
  return { store: open(), reopen: async () => open(), close };
});

describe('FirestoreContextStore', () => {
  let database: MeteredFirestore;
  let store: FirestoreContextStore;
  beforeEach(async () => {
    database = await openMeteredFirestore();
    store = new FirestoreContextStore(database.firestore);
  });
  afterEach(() => database.close());

  const put = (key: string, value: string) => store.put('team_a', { key, value, updatedAt: 1 });

  it('reads one document for all facts of a team, and writes one for a change', async () => {
    for (let n = 0; n < 10; n++) await put(`k${n}`, 'v');
    const before = database.meter.snapshot();
    expect(await store.list('team_a')).toHaveLength(10);
    expect(database.meter.since(before)).toMatchObject({ reads: 1, writes: 0 });
    await put('k0', 'w');
    expect(database.meter.since(before)).toMatchObject({ reads: 2, writes: 1, deletes: 0 });
  });

  it('fits a document when it is full, whatever its texts need to be escaped', async () => {
    const bytes = MAX_CONTEXT_BYTES / MAX_CONTEXT_KEYS;
    const value = '"'.repeat(bytes / 2 - 2);
    const keys = Array.from({ length: MAX_CONTEXT_KEYS }, (_, n) => `${'k'.repeat(60)}${n}`);
    for (const key of keys) expect(await put(key, value)).toBe('stored');
    const [first] = await store.list('team_a');
    expect(first?.value).toBe(value);
  });
});
