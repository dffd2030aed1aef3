import { Scope } from '@minoots/contract';
import type { ApiKeyRecord, ApiKeyStore } from '@minoots/core';
import type { CollectionReference, Firestore } from 'firebase-admin/firestore';
import * as z from 'zod';
import { API_KEYS } from './collections.ts';
import { storageFaults } from './storage-faults.ts';

const Stored = z.object({
  teamId: z.string(),
  hash: z.string(),
  scopes: z.array(Scope),
  createdAt: z.int(),
});

/** Hashed API keys in Firestore: `apiKeys/{id}`, found by `hash`. */
export class FirestoreApiKeyStore implements ApiKeyStore {
  readonly #keys: CollectionReference;

  constructor(firestore: Firestore) {
    this.#keys = firestore.collection(API_KEYS);
  }

  /** One write. */
  async put({ id, teamId, hash, scopes, createdAt }: ApiKeyRecord): Promise<void> {
    await storageFaults(this.#keys.doc(id).set({ teamId, hash, scopes: [...scopes], createdAt }));
  }

  /** One read. */
  async findByHash(hash: string): Promise<ApiKeyRecord | null> {
    const { docs } = await storageFaults(this.#keys.where('hash', '==', hash).limit(1).get());
    const [found] = docs;
    return found === undefined ? null : { id: found.id, ...Stored.parse(found.data()) };
  }
}
