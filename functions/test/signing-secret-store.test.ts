import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { StorageUnavailable } from '@minoots/core';
import { signingSecretStoreContract } from '@minoots/core/testing';
import { DocumentReference, GrpcStatus } from 'firebase-admin/firestore';
import { FirestoreSigningSecretStore, REMEMBER_MS } from '../src/stores/firestore-signing-secret-store.ts';
import { type OpenFirestore, openFirestore } from './support/firestore.ts';

signingSecretStoreContract('FirestoreSigningSecretStore', async () => {
  const { firestore, close } = await openFirestore();
  const open = () => new FirestoreSigningSecretStore(firestore);
  return { store: open(), reopen: async () => open(), close };
});

describe('FirestoreSigningSecretStore', () => {
  let database: OpenFirestore;
  beforeEach(async () => {
    database = await openFirestore();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await database.close();
  });

  it('ends with one secret where instances make the first at the same time', async () => {
    const stores = Array.from({ length: 10 }, () => new FirestoreSigningSecretStore(database.firestore));
    const answers = await Promise.all(stores.map((store) => store.forTeam('team_a')));
    expect(new Set(answers.map(String)).size).toBe(1);
  });

  it('reads again after five minutes, and finds what was changed meanwhile', async () => {
    const elapsed = { ms: 0, now: () => elapsed.ms };
    const store = new FirestoreSigningSecretStore(database.firestore, elapsed);
    const [made] = await store.forTeam('team_a');
    const rotated = ['whsec_bmV3', made];
    await database.firestore.collection('signingSecrets').doc('team_a').update({ secrets: rotated });
    const read = jest.spyOn(DocumentReference.prototype, 'get');
    elapsed.ms = REMEMBER_MS - 1;
    expect(await store.forTeam('team_a')).toEqual([made]);
    expect(read).not.toHaveBeenCalled();
    elapsed.ms = REMEMBER_MS;
    expect(await store.forTeam('team_a')).toEqual(rotated);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('tries again after a failure', async () => {
    const store = new FirestoreSigningSecretStore(database.firestore);
    const failure = Object.assign(new Error('unavailable'), { code: GrpcStatus.UNAVAILABLE });
    jest.spyOn(DocumentReference.prototype, 'get').mockRejectedValueOnce(failure);
    await expect(store.forTeam('team_a')).rejects.toThrow(StorageUnavailable);
    expect(await store.forTeam('team_a')).toHaveLength(1);
  });
});
