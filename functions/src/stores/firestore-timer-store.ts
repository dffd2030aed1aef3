import { randomUUID } from 'node:crypto';
import {
  type Decision,
  type DependentPage,
  type DuePage,
  type DueRange,
  type EndpointKey,
  type FollowerRange,
  type InsertOutcome,
  type JobRange,
  type Limit,
  LimitReached,
  type Plans,
  placesOf,
  type Timer,
  type TimerFilter,
  type TimerKey,
  type TimerPage,
  type TimerStore,
} from '@minoots/core';
import type {
  CollectionReference,
  DocumentData,
  DocumentReference,
  Firestore,
  Transaction,
} from 'firebase-admin/firestore';
import { documentId, TIMERS } from './collections.ts';
import { onFirestore } from './on-firestore.ts';
import {
  commitOf,
  decodeTimer,
  encodeTimer,
  isPurged,
  overSince,
  type TimerDocumentOptions,
} from './timer-document.ts';
import { listDue } from './timer-due.ts';
import { insertDocuments } from './timer-insert.ts';
import { CountedInserts } from './timer-insert-counted.ts';
import { listJobs } from './timer-jobs.ts';
import { countActive, listTimers } from './timer-list.ts';
import { listChildren, listDependents, listPostponed } from './timer-relatives.ts';
import { removeSettled } from './timer-removal.ts';
import { inTransaction } from './transactions.ts';

export interface FirestoreTimerStoreOptions {
  firestore: Firestore;
  /** The engine's clock, in epoch ms. */
  now: () => number;
  /**
   * How long timers are kept that are over, as of two hours ago at worst. Firestore deletes a timer within about a day
   * after that and a margin.
   */
  plans: Pick<Plans, 'of'>;
}

/**
 * Timers in Firestore, one document each. An insert that rejects may have added some of its timers: repeated with the
 * same ids it finds them.
 */
export class FirestoreTimerStore implements TimerStore {
  readonly #firestore: Firestore;
  readonly #now: () => number;
  readonly #plans: FirestoreTimerStoreOptions['plans'];
  readonly #timers: CollectionReference;
  readonly #places: CountedInserts;

  constructor({ firestore, now, plans }: FirestoreTimerStoreOptions) {
    this.#firestore = firestore;
    this.#now = now;
    this.#plans = plans;
    this.#timers = firestore.collection(TIMERS);
    this.#places = new CountedInserts(firestore, now);
  }

  async insert(timers: readonly Timer[], limits: readonly Limit[] = []): Promise<InsertOutcome[]> {
    const documents = await Promise.all(
      timers.map(async (timer) => {
        const ref = this.#refOf({ teamId: timer.teamId, timerId: timer.id });
        return { timer, ref, data: await this.#encode(ref, timer) };
      }),
    );
    const counted = documents.filter(({ timer }) => placesOf(timer).length > 0);
    const others = documents.filter(({ timer }) => placesOf(timer).length === 0);
    // Of several that want one id, those that do not count come first.
    const plain =
      others.length === 0 ? [] : await onFirestore(() => insertDocuments(this.#firestore, others, this.#now));
    if (counted.length === 0) return plain;
    const taken = await this.#places.insert(counted, limits);
    const [nextPlain, nextTaken] = [plain.values(), taken.values()];
    return documents.map(({ timer }): InsertOutcome => {
      const outcome = (placesOf(timer).length === 0 ? nextPlain : nextTaken).next().value;
      if (outcome === undefined) throw new Error('an insert has no outcome');
      return outcome;
    });
  }

  async update<R>(key: TimerKey, decide: (timer: Timer | null) => Decision<R>): Promise<R> {
    const changeId = randomUUID();
    let saved: { result: R } | null = null;
    const change = async (transaction: Transaction) => {
      const ref = this.#refOf(key);
      const snapshot = await transaction.get(ref);
      const data = this.#visible(snapshot.data());
      // An attempt before this one was committed and its answer got lost: the change is made, once.
      if (saved !== null && data?.changeId === changeId) return saved.result;
      const timer = data === undefined ? null : decodeTimer(data);
      const { save, remove, limits = [], result } = decideOrRefuse(decide, timer);
      if (save === undefined && remove !== true) return result;
      const before = timer === null || data === undefined ? null : { timer, data };
      const places = await this.#movePlaces(transaction, key, before, save ?? null, limits);
      places?.write();
      if (save !== undefined) {
        // Only now is the exact instant known at which the version before was committed.
        const commits = { ...data?.commits, [save.version - 1]: commitOf(snapshot) };
        const replaced = data && { ...data, commits };
        const write = { changeId, replaced, counts: places?.counts };
        transaction.set(ref, await this.#encode(ref, save, write));
        saved = { result };
      } else transaction.delete(ref);
      return result;
    };
    try {
      return await onFirestore(() => inTransaction(this.#firestore, change));
    } catch (error) {
      throw error instanceof Refusal ? error.reason : error;
    }
  }

  async get(key: TimerKey): Promise<Timer | null> {
    const snapshot = await onFirestore(() => this.#refOf(key).get());
    const data = this.#visible(snapshot.data());
    return data === undefined ? null : decodeTimer(data);
  }

  list(teamId: string, filter: TimerFilter, limit: number, after?: string): Promise<TimerPage> {
    return onFirestore(() => listTimers(this.#timers, { teamId, filter, limit, after }, this.#now()));
  }

  /** A read for each thousand timers. */
  countActive(teamId: string): Promise<number> {
    return onFirestore(() => countActive(this.#timers, teamId));
  }

  listDue(range: DueRange): Promise<DuePage> {
    return onFirestore(() => listDue(this.#timers, range));
  }

  listJobs(teamId: string, range: JobRange): Promise<TimerPage> {
    return onFirestore(() => listJobs(this.#timers, teamId, range));
  }

  listDependents(parent: TimerKey, range: FollowerRange): Promise<DependentPage> {
    return onFirestore(() => listDependents(this.#timers, parent, range));
  }

  listChildren(parent: TimerKey, range: FollowerRange): Promise<TimerPage> {
    return onFirestore(() => listChildren(this.#timers, parent, range, this.#now()));
  }

  listPostponed(endpoint: EndpointKey, range: FollowerRange): Promise<DependentPage> {
    return onFirestore(() => listPostponed(this.#timers, endpoint, range));
  }

  removeSettled(teamId: string, filter: Pick<TimerFilter, 'statuses' | 'settledBefore'>): Promise<number> {
    return removeSettled(this.#timers, teamId, filter, this.#now());
  }

  /** Null where the timer counts against nothing, before and after: then there is nothing to read. */
  async #movePlaces(
    transaction: Transaction,
    { teamId }: TimerKey,
    before: { timer: Timer; data: DocumentData } | null,
    save: Timer | null,
    limits: readonly Limit[],
  ): Promise<Awaited<ReturnType<CountedInserts['move']>> | null> {
    const counts = [before?.timer, save].some((timer) => timer && placesOf(timer).length > 0);
    if (!counts) return null;
    try {
      return await this.#places.move(transaction, teamId, before, save, limits);
    } catch (error) {
      throw error instanceof LimitReached ? new Refusal(error) : error;
    }
  }

  #refOf({ teamId, timerId }: TimerKey): DocumentReference {
    return this.#timers.doc(documentId(teamId, timerId));
  }

  async #encode(
    { id }: DocumentReference,
    timer: Timer,
    write: Pick<TimerDocumentOptions, 'changeId' | 'replaced' | 'counts'> = {},
  ): Promise<DocumentData> {
    const plan = overSince(timer) === null ? undefined : await this.#plans.of(timer.teamId);
    return encodeTimer(timer, { id, plan, ...write });
  }

  #visible(data: DocumentData | undefined): DocumentData | undefined {
    return data === undefined || isPurged(data, this.#now()) ? undefined : data;
  }
}

/** Carries what a decision threw past the repetitions of a transaction, whatever it looks like. */
class Refusal extends Error {
  readonly reason: unknown;

  constructor(reason: unknown) {
    super('the decision was to refuse');
    this.reason = reason;
  }
}

function decideOrRefuse<R>(decide: (timer: Timer | null) => Decision<R>, timer: Timer | null): Decision<R> {
  try {
    return decide(timer);
  } catch (error) {
    throw new Refusal(error);
  }
}
