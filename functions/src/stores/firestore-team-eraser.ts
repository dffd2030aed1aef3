import type { TeamEraser } from '@minoots/core';
import type { DocumentReference, Firestore, Query } from 'firebase-admin/firestore';
import { openBulkWriter } from './bulk.ts';
import {
  API_KEY_TURNS,
  API_KEYS,
  AUDIT,
  BUDGETS,
  CONTEXT,
  COUNTERS,
  ENDPOINTS,
  EVENTS,
  IDEMPOTENCY,
  LEDGERS,
  MESSAGES,
  RUNNER_TEAMS,
  RUNNERS,
  SCHEDULES,
  SECRETS,
  SHARES,
  SIGNING_SECRETS,
  TIMERS,
  UNARMED,
  WINDOWS,
} from './collections.ts';
import { FirestoreShareStore } from './firestore-share-store.ts';
import { onFirestore } from './on-firestore.ts';

/** Collections whose documents name their team. */
const NAMING = [
  API_KEYS,
  SCHEDULES,
  UNARMED,
  MESSAGES,
  LEDGERS,
  RUNNERS,
  ENDPOINTS,
  COUNTERS,
  WINDOWS,
] as const;
/** Of these the last, so that until then it can be seen what was done. */
const LAST = [IDEMPOTENCY, AUDIT] as const;
/** Collections with a document for each team, by its id. */
const OF_TEAMS = [API_KEY_TURNS, CONTEXT, SECRETS, SIGNING_SECRETS, RUNNER_TEAMS, BUDGETS] as const;

/** The collections that are erased here. */
export const ERASED_COLLECTIONS: ReadonlySet<string> = new Set([
  ...NAMING,
  ...LAST,
  ...OF_TEAMS,
  TIMERS,
  EVENTS,
  SHARES,
]);

/**
 * Erases what teams owned in Firestore: first what lets somebody in, then what makes something, then all that comes of it.
 * A read and a delete for each document, and a read for each collection that has none.
 */
export class FirestoreTeamEraser implements TeamEraser {
  readonly #firestore: Firestore;
  readonly #shares: FirestoreShareStore;

  constructor(firestore: Firestore) {
    this.#firestore = firestore;
    this.#shares = new FirestoreShareStore(firestore);
  }

  async eraseSome(teamId: string, limit: number): Promise<number> {
    for (const query of this.#queries(teamId)) {
      const { docs } = await onFirestore(() => query.limit(limit).get());
      if (docs.length > 0) return this.#delete(docs.map(({ ref }) => ref));
    }
    return (await this.#endSharesWith(teamId, limit)) || (await this.#deleteOwn(teamId));
  }

  *#queries(teamId: string): Generator<Query> {
    const of = (collection: string, field = 'teamId') =>
      this.#firestore.collection(collection).where(field, '==', teamId).select();
    const [first, ...rest] = NAMING;
    yield of(first);
    yield of(SHARES, 'ownerTeamId');
    // Events that no timer holds are in collections of the same name: one index serves both.
    const timers = this.#firestore.collectionGroup(TIMERS).where('teamId', '==', teamId);
    yield timers.orderBy('changedAt').select();
    // Counters after the timers, since each timer that is changed writes those that it counts against.
    for (const collection of rest) yield of(collection);
    for (const collection of LAST) yield of(collection);
  }

  async #delete(refs: readonly DocumentReference[]): Promise<number> {
    const writer = openBulkWriter(this.#firestore);
    try {
      const deletions = refs.map((ref) => writer.delete(ref));
      await onFirestore(() => Promise.all([Promise.all(deletions), writer.flush()]));
      return refs.length;
    } finally {
      await writer.close();
    }
  }

  /** What others share with the team stays theirs. */
  async #endSharesWith(teamId: string, limit: number): Promise<number> {
    const { shares } = await this.#shares.listFor(teamId, limit);
    for (const { ownerTeamId, timerId } of shares)
      await this.#shares.remove({ teamId: ownerTeamId, timerId }, teamId);
    return shares.length;
  }

  async #deleteOwn(teamId: string): Promise<number> {
    const refs = OF_TEAMS.map((collection) => this.#firestore.collection(collection).doc(teamId));
    const found = await onFirestore(() => this.#firestore.getAll(...refs, { fieldMask: [] }));
    const there = found.filter(({ exists }) => exists).map(({ ref }) => ref);
    return there.length === 0 ? 0 : this.#delete(there);
  }
}
