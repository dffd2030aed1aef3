import { describe, expect, it } from '@jest/globals';
import { apiKeyStoreContract } from '@minoots/core/testing';
import { FirestoreApiKeyStore } from '../src/stores/firestore-api-key-store.ts';
import { FirestoreAuditLog } from '../src/stores/firestore-audit-log.ts';
import { openFirestore } from './support/firestore.ts';

apiKeyStoreContract('FirestoreApiKeyStore', async () => {
  const { firestore, close } = await openFirestore();
  return { store: new FirestoreApiKeyStore(firestore), audit: new FirestoreAuditLog(firestore), close };
});

describe('FirestoreApiKeyStore', () => {
  it('refuses a record whose scopes it does not know', async () => {
    const { firestore, close } = await openFirestore();
    const hash = 'ab'.repeat(32);
    const unknown = { teamId: 'team_a', hash, scopes: ['everything'], createdAt: 0 };
    await firestore.collection('apiKeys').doc('key_1').set(unknown);
    await expect(new FirestoreApiKeyStore(firestore).findByHash(hash)).rejects.toThrow(/scopes/);
    await close();
  });

  it('takes keys of before they had names, ends and rotations', async () => {
    const { firestore, close } = await openFirestore();
    const hash = 'ab'.repeat(32);
    const old = { teamId: 'team_a', hash, scopes: ['timers:read'], createdAt: 7 };
    await firestore.collection('apiKeys').doc('key_1').set(old);
    const store = new FirestoreApiKeyStore(firestore);
    const key = await store.findByHash(hash);
    expect(key).toEqual({
      ...old,
      id: 'key_1',
      name: 'unnamed',
      prefix: '',
      createdBy: 'service',
      expiresAt: null,
      lastUsedAt: null,
      uses: {},
      revokedAt: null,
      rotation: null,
    });
    await store.touch({ teamId: 'team_a', id: 'key_1' }, 9);
    expect((await store.list('team_a'))[0]?.lastUsedAt).toBe(9);
    await close();
  });
});
