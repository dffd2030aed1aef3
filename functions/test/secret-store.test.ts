import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generateSecretKey, readSecretKeys, SecretBox } from '@minoots/core';
import { secretStoreContract } from '@minoots/core/testing';
import { FirestoreAuditLog } from '../src/stores/firestore-audit-log.ts';
import { FirestoreSecretStore, REMEMBER_MS } from '../src/stores/firestore-secret-store.ts';
import { type MeteredFirestore, openFirestore, openMeteredFirestore } from './support/firestore.ts';

secretStoreContract('FirestoreSecretStore', async () => {
  const { firestore, close } = await openFirestore();
  const dump = async () => {
    const { docs } = await firestore.collection('secrets').get();
    return JSON.stringify(docs.map((document) => document.data()));
  };
  const audit = new FirestoreAuditLog(firestore);
  return { open: (box) => new FirestoreSecretStore(firestore, box), dump, audit, close };
});

describe('FirestoreSecretStore', () => {
  let database: MeteredFirestore;
  let store: FirestoreSecretStore;
  const key = generateSecretKey();
  const box = new SecretBox(() => readSecretKeys(key));
  const elapsed = { ms: 0, now: () => elapsed.ms };
  beforeEach(async () => {
    elapsed.ms = 0;
    database = await openMeteredFirestore();
    store = new FirestoreSecretStore(database.firestore, box, elapsed);
    for (const name of ['TOKEN', 'OTHER'])
      await store.put('team_a', { name, value: `value of ${name}`, at: 1 });
  });
  afterEach(() => database.close());

  it('reads once in half a minute, however many attempts ask, and finds then what was changed elsewhere', async () => {
    const before = database.meter.snapshot();
    await Promise.all(Array.from({ length: 10 }, () => store.values('team_a', ['TOKEN', 'OTHER'])));
    const elsewhere = new FirestoreSecretStore(database.firestore, box);
    await elsewhere.put('team_a', { name: 'TOKEN', value: 'changed elsewhere', at: 2 });
    elapsed.ms = REMEMBER_MS - 1;
    expect(await store.values('team_a', ['TOKEN'])).toEqual(new Map([['TOKEN', 'value of TOKEN']]));
    expect(database.meter.since(before)).toMatchObject({ reads: 2, writes: 1 });
    elapsed.ms = REMEMBER_MS;
    expect(await store.values('team_a', ['TOKEN'])).toEqual(new Map([['TOKEN', 'changed elsewhere']]));
  });

  it('finds at once what was set elsewhere and was not there before', async () => {
    await store.values('team_a', ['TOKEN']);
    const elsewhere = new FirestoreSecretStore(database.firestore, box);
    await elsewhere.put('team_a', { name: 'NEW', value: 'set elsewhere', at: 2 });
    expect(await store.values('team_a', ['NEW'])).toEqual(new Map([['NEW', 'set elsewhere']]));
  });

  it('forgets at once what it changes itself', async () => {
    await store.values('team_a', ['TOKEN']);
    await store.delete('team_a', 'TOKEN');
    expect(await store.values('team_a', ['TOKEN'])).toEqual(new Map());
  });
});
