import { setTimeout } from 'node:timers/promises';
import {
  type CounterKey,
  type Limit,
  type QuotaLedger,
  type Reconciliation,
  type Recount,
  StorageUnavailable,
  type Window,
} from '@minoots/core';
import { FieldPath, type Firestore, type Transaction } from 'firebase-admin/firestore';
import { COUNTERS, SHARDS, TIMERS } from './collections.ts';
import { CounterParts, corrected, readPart, type Whole } from './counter-parts.ts';
import { type Bound, EMPTY_PART, laterOf, usedOf } from './escrow.ts';
import { Grouped } from './grouped.ts';
import { onFirestore } from './on-firestore.ts';
import { inTransaction } from './transactions.ts';

/** Takes that share a transaction. */
const MOST_TAKES = 500;
/** Tries at a recount that others get in the way of. */
const MAX_TRIES = 10;
const LONGEST_WAIT_MS = 100;
/** Shards that one query merges. Firestore takes 30, the in-process database 10. */
const SHARDS_PER_QUERY = 8;

interface Take {
  place: CounterKey & { window: Window };
  limit: Pick<Limit, 'max' | 'revision'>;
}

/** What a recount found at one moment: by how much each part is off, and how often the counter was put right before. */
interface Snapshot {
  drifts: number[];
  repairs: number;
}

/**
 * Quotas in Firestore. What is right is decided by the timers: each names the documents that hold its places, so that these
 * can be recounted one by one. A change of a timer changes both in one commit, so the difference between the two stays what
 * it is whatever else happens, and can be made up for at any time, once.
 */
export class FirestoreQuotaLedger implements QuotaLedger {
  readonly #firestore: Firestore;
  readonly #now: () => number;
  readonly #takes: Grouped<Take, boolean>;

  /** @param now the engine's clock, in epoch ms */
  constructor(firestore: Firestore, now: () => number) {
    this.#firestore = firestore;
    this.#now = now;
    const bounds = { most: MOST_TAKES, mostSize: MOST_TAKES, sizeOf: () => 1 };
    this.#takes = new Grouped((takes) => this.#takeAll(takes), bounds);
  }

  /** Mostly one read and one write, shared by takes of one process at the same moment. */
  async take(place: Take['place'], limit: Take['limit']): Promise<boolean> {
    const { teamId, counter, window } = place;
    const key = JSON.stringify([teamId, counter, window.startsAt, limit.max, limit.revision]);
    const [taken = false] = await this.#takes.add(key, [{ place, limit }]);
    return taken;
  }

  /** A read for each part: one for limits of up to 200. */
  usedIn({ window, ...key }: Take['place']): Promise<number> {
    return this.#sum(CounterParts.ofWindow(this.#firestore, key, window));
  }

  /** A read for each part: one for limits of up to 200. */
  used(key: CounterKey): Promise<number> {
    return this.#sum(this.#timersOf(key));
  }

  async reconcile(key: CounterKey, reconciliation: Reconciliation): Promise<Recount> {
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const seen = await onFirestore(() => this.#lookTwice(key, reconciliation.limit ?? EMPTY_PART));
      const recount = seen && (await onFirestore(() => this.#putRight(key, seen, reconciliation)));
      if (recount !== null) return recount;
      await setTimeout(Math.random() * LONGEST_WAIT_MS * tries);
    }
    throw new StorageUnavailable(`Counter ${key.counter} changes too often to be recounted`);
  }

  /** Two queries, of which each reads up to `limit`. */
  async listToCheck(until: number, limit: number): Promise<CounterKey[]> {
    const parts = await Promise.all(
      Array.from({ length: SHARDS / SHARDS_PER_QUERY }, async (_, query) => {
        const shards = Array.from({ length: SHARDS_PER_QUERY }, (__, n) => query * SHARDS_PER_QUERY + n);
        const due = this.#firestore
          .collection(COUNTERS)
          .where('shard', 'in', shards)
          .where('checkAt', '<=', until)
          .orderBy('checkAt')
          .orderBy(FieldPath.documentId())
          .select('teamId', 'counter', 'checkAt');
        return (await onFirestore(() => due.limit(limit).get())).docs;
      }),
    );
    return parts
      .flat()
      .sort((one, other) => Number(one.get('checkAt')) - Number(other.get('checkAt')))
      .slice(0, limit)
      .map((doc) => ({ teamId: String(doc.get('teamId')), counter: String(doc.get('counter')) }));
  }

  #timersOf(key: CounterKey): CounterParts {
    return CounterParts.ofTimers(this.#firestore, key, this.#now);
  }

  #takeAll(takes: readonly Take[]): Promise<boolean[]> {
    const [first] = takes;
    if (first === undefined) return Promise.resolve([]);
    const { window, ...key } = first.place;
    return inTransaction(this.#firestore, async (transaction) => {
      const parts = CounterParts.ofWindow(this.#firestore, key, window);
      const look = await parts.look(transaction, takes.length, first.limit);
      look.take(look.available);
      return takes.map((_, index) => index < look.available);
    });
  }

  #sum(parts: CounterParts): Promise<number> {
    return onFirestore(async () => {
      const [head] = await this.#firestore.getAll(parts.refOf(0));
      const others = parts.refs(1, Number(head?.get('spread') ?? 1));
      const rest = others.length === 0 ? [] : await this.#firestore.getAll(...others);
      const all = head === undefined ? rest : [head, ...rest];
      return usedOf(all.map((snapshot) => readPart(snapshot).part));
    });
  }

  /**
   * Counts the timers of each part as of one moment; null when something changed meanwhile. Firestore gives a transaction
   * that only reads all of one moment. Where a stand-in does not, the documents tell, since every change writes them.
   */
  #lookTwice(key: CounterKey, bound: Pick<Bound, 'max'>): Promise<Snapshot | null> {
    const parts = this.#timersOf(key);
    const timers = this.#firestore.collection(TIMERS);
    return this.#firestore.runTransaction(
      async (transaction) => {
        const before = await parts.readAll(transaction, bound);
        const drifts = await Promise.all(
          before.parts.map(async ({ ref, part }) => {
            const counted = timers.where('counts', 'array-contains', ref.id).count();
            return (await transaction.get(counted)).data().count - part.used;
          }),
        );
        const after = await parts.readAll(transaction, bound);
        const isSame = JSON.stringify(shown(before)) === JSON.stringify(shown(after));
        return isSame ? { drifts, repairs: repairsOf(before) } : null;
      },
      { readOnly: true },
    );
  }

  /** Null when somebody else has put it right since. */
  #putRight(
    key: CounterKey,
    { drifts, repairs }: Snapshot,
    { checkAt, keepEmpty = false, limit }: Reconciliation,
  ): Promise<Recount | null> {
    const counter = this.#timersOf(key);
    return inTransaction(this.#firestore, async (transaction: Transaction) => {
      const whole = await counter.readAll(transaction, limit ?? EMPTY_PART);
      if (repairsOf(whole) !== repairs) return null;
      const parts = whole.parts.map(({ part }) => part);
      const bound = parts.reduce<Bound>(laterOf, limit ?? EMPTY_PART);
      const after = corrected(parts, drifts, bound);
      const wasWrong = drifts.some((drift) => drift !== 0);
      const used = usedOf(after);
      if (used === 0 && !keepEmpty) {
        for (const { ref, exists } of whole.parts) if (exists) transaction.delete(ref);
      } else {
        counter.write(transaction, whole, after, { checkAt, ...(wasWrong ? { repairs: repairs + 1 } : {}) });
      }
      return { used, wasWrong };
    });
  }
}

function repairsOf({ head }: Whole): number {
  return Number(head?.repairs ?? 0);
}

function shown({ parts }: Whole): unknown[] {
  return parts.map(({ ref, part, exists }) => [ref.id, exists, part]);
}
