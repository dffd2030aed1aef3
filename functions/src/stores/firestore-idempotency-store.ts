import { randomUUID } from 'node:crypto';
import {
  type ClaimOutcome,
  IDEMPOTENCY_CLAIM_MS,
  IDEMPOTENCY_TTL_MS,
  type IdempotencyClaim,
  type IdempotencyStore,
  type RecordedAnswer,
  StorageUnavailable,
} from '@minoots/core';
import {
  type CollectionReference,
  type DocumentReference,
  type Firestore,
  GrpcStatus,
  Timestamp,
} from 'firebase-admin/firestore';
import * as z from 'zod';
import { packAnswer, unpackAnswer } from './answer-packing.ts';
import { documentId, IDEMPOTENCY, shardOf } from './collections.ts';
import { deleteExpired } from './expired.ts';
import { CHANGED, unless } from './grpc-status.ts';
import { onFirestore } from './on-firestore.ts';

const MAX_CLAIM_ATTEMPTS = 10;

const Bytes = z.instanceof(Uint8Array);
const Part = z.object({ bytes: Bytes });
const Stored = z.object({
  fingerprint: z.string(),
  /** Epoch ms. */
  claimedAt: z.int(),
  /** Tells this claim from all others. */
  token: z.string(),
  /** The first part of the answer, which mostly is all of it; null while there is none. */
  answer: Bytes.nullable(),
  /** Documents of the other parts, in order. */
  parts: z.array(z.string()),
});

/** What is stored of a key, and which version of the document that is. */
type Known = z.infer<typeof Stored> & { version: Timestamp };

/**
 * First answers by idempotency key, in Firestore. Every write stands under the condition that the document is as it was
 * last seen, so no transaction is needed: a new key costs one write to claim and one to answer, a replay one read.
 * What is over may be there for days until it is deleted, and is not heeded.
 */
export class FirestoreIdempotencyStore implements IdempotencyStore {
  readonly #firestore: Firestore;
  readonly #keys: CollectionReference;
  /** The versions that this process wrote, by claim, so that it answers without reading first. */
  readonly #claimed = new WeakMap<IdempotencyClaim, Timestamp>();

  constructor(firestore: Firestore) {
    this.#firestore = firestore;
    this.#keys = firestore.collection(IDEMPOTENCY);
  }

  claim(claim: IdempotencyClaim): Promise<ClaimOutcome> {
    return onFirestore(() => this.#claim(claim));
  }

  async answer(claim: IdempotencyClaim, answer: RecordedAnswer): Promise<void> {
    await onFirestore(() => this.#answer(claim, answer));
  }

  async release(claim: IdempotencyClaim): Promise<void> {
    await onFirestore(() => this.#release(claim));
  }

  async purge(now: number): Promise<void> {
    await deleteExpired(this.#keys, 'expireAt', now, Number.POSITIVE_INFINITY);
  }

  async #claim(claim: IdempotencyClaim): Promise<ClaimOutcome> {
    const document = this.#document(claim);
    const token = randomUUID();
    const fields = newFields(claim, token, shardOf(document.id));
    let abandoned: Timestamp | null = null;
    for (let attempt = 0; attempt < MAX_CLAIM_ATTEMPTS; attempt++) {
      const write =
        abandoned === null ? document.create(fields) : document.update(fields, { lastUpdateTime: abandoned });
      // What lost against another write at the same moment is told apart by reading, too.
      const written = await unless([...CHANGED, GrpcStatus.ABORTED], write);
      if (written !== null) return this.#won(claim, written.writeTime);
      const known = await this.#read(document);
      // The client library repeats a write whose answer got lost, and the repetition fails on the first.
      if (known?.token === token) return this.#won(claim, known.version);
      const outcome = known === null ? null : await this.#outcome(claim, known);
      if (outcome !== null) return outcome;
      abandoned = known?.version ?? null;
    }
    throw new StorageUnavailable('an idempotency key changes hands too fast');
  }

  #won(claim: IdempotencyClaim, version: Timestamp): ClaimOutcome {
    this.#claimed.set(claim, version);
    return { type: 'claimed' };
  }

  /** What keeps a known key from being claimed; null when nothing does. */
  async #outcome({ fingerprint, now }: IdempotencyClaim, known: Known): Promise<ClaimOutcome | null> {
    const ageMs = now - known.claimedAt;
    if (ageMs >= IDEMPOTENCY_TTL_MS) return null;
    if (known.fingerprint !== fingerprint) return { type: 'mismatch' };
    if (known.answer !== null) {
      const parts = [known.answer, ...(await this.#readParts(known.parts))];
      return { type: 'answered', answer: await unpackAnswer(parts) };
    }
    return ageMs < IDEMPOTENCY_CLAIM_MS ? { type: 'in-flight' } : null;
  }

  async #answer(claim: IdempotencyClaim, answer: RecordedAnswer): Promise<void> {
    const version = await this.#versionOf(claim);
    if (version === null) return;
    const [first, ...rest] = await packAnswer(answer);
    const parts = rest.map((bytes) => ({ document: this.#keys.doc(), bytes }));
    // Before the document that names them: whoever finds the answer finds all of it.
    await Promise.all(
      parts.map(({ document, bytes }) =>
        document.create({ shard: shardOf(document.id), expireAt: expiryOf(claim), bytes }),
      ),
    );
    const fields = { answer: first, parts: parts.map(({ document }) => document.id) };
    await unless(CHANGED, this.#document(claim).update(fields, { lastUpdateTime: version }));
  }

  async #release(claim: IdempotencyClaim): Promise<void> {
    const version = await this.#versionOf(claim);
    if (version === null) return;
    await unless(CHANGED, this.#document(claim).delete({ lastUpdateTime: version }));
  }

  /** The version of the document in which a claim stands without an answer; null when it does not stand any more. */
  async #versionOf(claim: IdempotencyClaim): Promise<Timestamp | null> {
    const version = this.#claimed.get(claim);
    if (version !== undefined) return version;
    const known = await this.#read(this.#document(claim));
    const isOurs = known?.fingerprint === claim.fingerprint && known.claimedAt === claim.now;
    return isOurs && known.answer === null ? known.version : null;
  }

  async #read(document: DocumentReference): Promise<Known | null> {
    const snapshot = await document.get();
    if (snapshot.updateTime === undefined) return null;
    return { ...Stored.parse(snapshot.data()), version: snapshot.updateTime };
  }

  async #readParts(ids: readonly string[]): Promise<Uint8Array[]> {
    if (ids.length === 0) return [];
    const snapshots = await this.#firestore.getAll(...ids.map((id) => this.#keys.doc(id)));
    return snapshots.map((snapshot) => Part.parse(snapshot.data()).bytes);
  }

  #document({ teamId, key }: IdempotencyClaim): DocumentReference {
    return this.#keys.doc(documentId(teamId, key));
  }
}

function newFields(claim: IdempotencyClaim, token: string, shard: number) {
  const { teamId, fingerprint, now: claimedAt } = claim;
  const none = { answer: null, parts: [] };
  return { teamId, shard, fingerprint, claimedAt, token, expireAt: expiryOf(claim), ...none };
}

function expiryOf({ now }: IdempotencyClaim): Timestamp {
  return Timestamp.fromMillis(now + IDEMPOTENCY_TTL_MS);
}
