import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  generateSecretKey,
  readSecretKeys,
  SecretBox,
  SecretsUnavailable,
  SigningSecretBox,
  StorageUnavailable,
} from '@minoots/core';
import { signingSecretStoreContract } from '@minoots/core/testing';
import { DocumentReference, GrpcStatus } from 'firebase-admin/firestore';
import { FirestoreAuditLog } from '../src/stores/firestore-audit-log.ts';
import { FirestoreSigningSecretStore, REMEMBER_MS } from '../src/stores/firestore-signing-secret-store.ts';
import { type OpenFirestore, openFirestore } from './support/firestore.ts';

signingSecretStoreContract('FirestoreSigningSecretStore', async () => {
  const { firestore, close } = await openFirestore();
  const dump = async () => {
    const { docs } = await firestore.collection('signingSecrets').get();
    return JSON.stringify(docs.map((document) => [document.id, document.data()]));
  };
  return {
    open: (box) => new FirestoreSigningSecretStore(firestore, new SigningSecretBox(box)),
    audit: new FirestoreAuditLog(firestore),
    dump,
    close,
  };
});

describe('FirestoreSigningSecretStore', () => {
  const keys = generateSecretKey();
  const sealing = new SigningSecretBox(new SecretBox(() => readSecretKeys(keys)));
  const keyless = new SigningSecretBox(null);
  let database: OpenFirestore;
  beforeEach(async () => {
    database = await openFirestore();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await database.close();
  });

  const open = (box = sealing, elapsed?: { now(): number }) =>
    new FirestoreSigningSecretStore(database.firestore, box, elapsed);
  const document = () => database.firestore.collection('signingSecrets').doc('team_a');
  const dump = async () => JSON.stringify((await document().get()).data());

  it('ends with one secret where instances make the first at the same time', async () => {
    const stores = Array.from({ length: 10 }, () => open());
    const answers = await Promise.all(stores.map((store) => store.forTeam('team_a', 0)));
    expect(new Set(answers.map(String)).size).toBe(1);
  });

  it('reads again after a minute, and finds what was changed meanwhile', async () => {
    const elapsed = { ms: 0, now: () => elapsed.ms };
    const store = open(sealing, elapsed);
    const [made] = await store.forTeam('team_a', 0);
    const next = { id: 'sgn_2', madeAt: 0, worksUntil: null };
    const secret = 'whsec_bmV3';
    await open().update('team_a', (before) => ({ entries: [next, ...before], secret, result: null }));
    const read = jest.spyOn(DocumentReference.prototype, 'get');
    elapsed.ms = REMEMBER_MS - 1;
    expect(await store.forTeam('team_a', 0)).toEqual([made]);
    expect(read).not.toHaveBeenCalled();
    elapsed.ms = REMEMBER_MS;
    expect(await store.forTeam('team_a', 0)).toEqual([secret, made]);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('tries again after a failure', async () => {
    const store = open();
    const failure = Object.assign(new Error('unavailable'), { code: GrpcStatus.UNAVAILABLE });
    jest.spyOn(DocumentReference.prototype, 'get').mockRejectedValueOnce(failure);
    await expect(store.forTeam('team_a', 0)).rejects.toThrow(StorageUnavailable);
    expect(await store.forTeam('team_a', 0)).toHaveLength(1);
  });

  it('goes on with secrets of before they were sealed, and seals them at first use', async () => {
    await document().set({ teamId: 'team_a', secrets: ['whsec_bmV3', 'whsec_b2xk'] });
    expect(await open().forTeam('team_a', 0)).toEqual(['whsec_bmV3', 'whsec_b2xk']);
    expect(await dump()).not.toMatch(/whsec|bmV3|b2xk/);
    expect(await open().forTeam('team_a', 0)).toEqual(['whsec_bmV3', 'whsec_b2xk']);
  });

  it('keeps secrets in the clear where the service has no key, until it has one', async () => {
    const [secret = 'none'] = await open(keyless).forTeam('team_a', 0);
    expect(await dump()).toContain(secret);
    expect(await open().forTeam('team_a', 0)).toEqual([secret]);
    expect(await dump()).not.toContain(secret);
    await expect(open(keyless).forTeam('team_a', 0)).rejects.toThrow(SecretsUnavailable);
  });

  it('stores nothing in the clear where the key is none', async () => {
    const broken = new SigningSecretBox(new SecretBox(() => readSecretKeys('hunter2')));
    await expect(open(broken).forTeam('team_a', 0)).rejects.toThrow(SecretsUnavailable);
    expect((await document().get()).exists).toBe(false);
  });
});
