import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_CONTEXT_BYTES, MAX_CONTEXT_VALUE_BYTES } from '@minoots/contract';
import { contextBytes } from '@minoots/core';
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

  it('fits a document when it is full', async () => {
    const value = '\u0000'.repeat((MAX_CONTEXT_VALUE_BYTES - 2) / 6);
    const count = Math.floor(MAX_CONTEXT_BYTES / contextBytes(value));
    for (let n = 0; n < count; n++) expect(await put(`${'k'.repeat(60)}${n}`, value)).toBe('stored');
    expect(await put('one-more', value)).toBe('too-many-bytes');
    const entries = await store.list('team_a');
    expect(entries).toHaveLength(count);
    expect(entries.every((entry) => entry.value === value)).toBe(true);
  });
});
