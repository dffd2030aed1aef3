import { Scope } from '@minoots/contract';
import type { ApiKeyRecord, ApiKeyStore } from '@minoots/core';
import type { CollectionReference, Firestore } from 'firebase-admin/firestore';
import * as z from 'zod';
import { API_KEYS } from './collections.ts';
import { onFirestore } from './on-firestore.ts';

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
    const fields = { teamId, hash, scopes: [...scopes], createdAt };
    await onFirestore(() => this.#keys.doc(id).set(fields));
  }

  /** One read. */
  async findByHash(hash: string): Promise<ApiKeyRecord | null> {
    const { docs } = await onFirestore(() => this.#keys.where('hash', '==', hash).limit(1).get());
    const [found] = docs;
    return found === undefined ? null : { id: found.id, ...Stored.parse(found.data()) };
  }
}
