import { randomUUID } from 'node:crypto';
import { Scope } from '@minoots/contract';
import type { ApiKey, ApiKeyDecision, ApiKeyStore } from '@minoots/core';
import {
  type CollectionReference,
  type Firestore,
  GrpcStatus,
  type Transaction,
} from 'firebase-admin/firestore';
import * as z from 'zod';
import { API_KEY_TURNS, API_KEYS } from './collections.ts';
import { noteDocuments } from './firestore-audit-log.ts';
import { unless } from './grpc-status.ts';
import { onFirestore } from './on-firestore.ts';
import { type Attempted, attempt, inTransaction } from './transactions.ts';

/** Keys made before keys had names, ends and rotations have only what is demanded here. */
const Stored = z.object({
  teamId: z.string(),
  name: z.string().default('unnamed'),
  prefix: z.string().default(''),
  hash: z.string(),
  scopes: z.array(Scope),
  createdBy: z.string().default('service'),
  createdAt: z.int(),
  expiresAt: z.int().nullable().default(null),
  lastUsedAt: z.int().nullable().default(null),
  uses: z.record(z.string(), z.int()).default({}),
  revokedAt: z.int().nullable().default(null),
  rotation: z.object({ replacedBy: z.string(), worksUntil: z.int() }).nullable().default(null),
});

/** Hashed API keys in Firestore: `apiKeys/{id}`, found by `hash`. */
export class FirestoreApiKeyStore implements ApiKeyStore {
  readonly #firestore: Firestore;
  readonly #keys: CollectionReference;
  readonly #turns: CollectionReference;

  constructor(firestore: Firestore) {
    this.#firestore = firestore;
    this.#keys = firestore.collection(API_KEYS);
    this.#turns = firestore.collection(API_KEY_TURNS);
  }

  /** A read for each key. */
  async list(teamId: string): Promise<ApiKey[]> {
    const { docs } = await onFirestore(() => this.#ofTeam(teamId).get());
    return docs.map(decode).sort(newestFirst);
  }

  /**
   * A read for each key and one more; a write for each change and each note, and one more. The team's document in
   * `apiKeyTurns` makes rivals meet that add keys, and its `changeId` tells a change that was sent twice from another one.
   */
  async update<R>(teamId: string, decide: (keys: readonly ApiKey[]) => ApiKeyDecision<R>): Promise<R> {
    const turn = this.#turns.doc(teamId);
    const changeId = randomUUID();
    let saved: { result: R } | null = null;
    const decided = () =>
      inTransaction(this.#firestore, async (transaction): Promise<Attempted<R>> => {
        const lastChange = (await transaction.get(turn)).get('changeId');
        // An attempt before this one was committed and its answer got lost: the change is made, once.
        if (saved !== null && lastChange === changeId) return { ok: true, value: saved.result };
        const { docs } = await transaction.get(this.#ofTeam(teamId));
        const keys = docs.map(decode).sort(newestFirst);
        const decision = attempt(() => decide(keys));
        if (!decision.ok) return decision;
        const { result } = decision.value;
        if (this.#write(transaction, teamId, decision.value)) {
          transaction.set(turn, { changeId });
          saved = { result };
        }
        return { ok: true, value: result };
      });
    const decision = await onFirestore(decided);
    if (!decision.ok) throw decision.reason;
    return decision.value;
  }

  /** One read. */
  async findByHash(hash: string): Promise<ApiKey | null> {
    const { docs } = await onFirestore(() => this.#keys.where('hash', '==', hash).limit(1).get());
    const [found] = docs;
    return found === undefined ? null : decode(found);
  }

  /** One write. */
  async touch({ id }: Pick<ApiKey, 'teamId' | 'id'>, at: number): Promise<void> {
    const written = () => this.#keys.doc(id).update({ lastUsedAt: at });
    await onFirestore(() => unless([GrpcStatus.NOT_FOUND], written()));
  }

  /** Whether there was anything to write. */
  #write(
    transaction: Transaction,
    teamId: string,
    { save = [], forget = [], notes = [] }: Omit<ApiKeyDecision<unknown>, 'result'>,
  ): boolean {
    for (const id of forget) transaction.delete(this.#keys.doc(id));
    for (const { id, ...fields } of save) {
      transaction.set(this.#keys.doc(id), { ...fields, scopes: [...fields.scopes] });
    }
    for (const { ref, data } of noteDocuments(this.#firestore, teamId, notes)) transaction.create(ref, data);
    return save.length + forget.length + notes.length > 0;
  }

  #ofTeam(teamId: string) {
    return this.#keys.where('teamId', '==', teamId);
  }
}

function decode(doc: { id: string; data(): unknown }): ApiKey {
  return { id: doc.id, ...Stored.parse(doc.data()) };
}

function newestFirst(one: ApiKey, other: ApiKey): number {
  return other.createdAt - one.createdAt || (one.id < other.id ? 1 : -1);
}
