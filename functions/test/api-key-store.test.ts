import { describe, expect, it } from '@jest/globals';
import { apiKeyStoreContract } from '@minoots/core/testing';
import { FirestoreApiKeyStore } from '../src/stores/firestore-api-key-store.ts';
import { openFirestore } from './support/firestore.ts';

apiKeyStoreContract('FirestoreApiKeyStore', async () => {
  const { firestore, close } = await openFirestore();
  return { store: new FirestoreApiKeyStore(firestore), close };
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
});
