import type { CounterKey, Limit, Window } from '@minoots/core';
import {
  type CollectionReference,
  type DocumentData,
  type DocumentReference,
  type DocumentSnapshot,
  FieldValue,
  type Firestore,
  Timestamp,
  type Transaction,
} from 'firebase-admin/firestore';
import { COUNTERS, documentId, shardOf, WINDOWS } from './collections.ts';
import {
  type Bound,
  EMPTY_PART,
  freeOf,
  grantAnew,
  laterOf,
  type Part,
  roomOf,
  spreadOf,
  take,
  usedOf,
} from './escrow.ts';

/** How soon a counter that comes into being is looked at, in ms. */
const FIRST_CHECK_MS = 3_600_000;

/** What a transaction found in a counter, before it writes. */
export interface Look {
  /** How many of the wanted places can be had. */
  available: number;
  /** Of all parts; of the one that was looked at, where that was enough. */
  used: number;
  max: number;
  /** The document of the part that the places are taken of. */
  partId: string;
  /** Writes what becomes of the counter. @param taken at most `available` */
  take(taken: number): void;
}

/** What of a part is read. */
interface Read {
  ref: DocumentReference;
  part: Part;
  exists: boolean;
}

/** All parts of a counter as a transaction found them; the first holds what concerns the counter as a whole. */
export interface Whole {
  parts: Read[];
  head: DocumentData | undefined;
}

/**
 * A counter in documents. One of a small limit is one document. One of a large limit is in parts, each with a share of what
 * is left, so that most changes touch one of them at random: see escrow.ts.
 */
export class CounterParts {
  readonly #documents: CollectionReference;
  readonly #idOf: (number: number) => string;
  readonly #fields: DocumentData;
  readonly #newHead: () => DocumentData;

  private constructor(
    documents: CollectionReference,
    idOf: (number: number) => string,
    fields: DocumentData,
    newHead: () => DocumentData,
  ) {
    this.#documents = documents;
    this.#idOf = idOf;
    this.#fields = fields;
    this.#newHead = newHead;
  }

  /** The counter of timers. @param now epoch ms */
  static ofTimers(firestore: Firestore, { teamId, counter }: CounterKey, now: () => number): CounterParts {
    return new CounterParts(
      firestore.collection(COUNTERS),
      (number) => documentId(teamId, counter, number),
      { teamId, counter },
      () => ({ shard: shardOf(documentId(teamId, counter)), checkAt: now() + FIRST_CHECK_MS }),
    );
  }

  /** The counter of places in a window. Its documents are deleted some time after the end of the window. */
  static ofWindow(firestore: Firestore, { teamId, counter }: CounterKey, window: Window): CounterParts {
    const idOf = (number: number) => documentId(teamId, counter, window.startsAt, number);
    const expireAt = Timestamp.fromMillis(window.endsAt);
    const fields = { teamId, counter, shard: shardOf(idOf(0)), expireAt };
    return new CounterParts(firestore.collection(WINDOWS), idOf, fields, () => ({}));
  }

  /**
   * Looks for places in a transaction that has written nothing yet. Mostly one read, and all parts where one has no room.
   * @param limit null where all are to be had
   */
  async look(
    transaction: Transaction,
    wanted: number,
    limit: Pick<Limit, 'max' | 'revision'> | null,
  ): Promise<Look> {
    const index = Math.floor(Math.random() * spreadOf(limit ?? { max: null }));
    const own = readPart(await transaction.get(this.refOf(index)));
    const bound = limit === null ? own.part : laterOf(limit, own.part);
    const isEnough = own.exists && own.part.max === bound.max && roomOf(own.part) >= wanted;
    if (isEnough) return this.#lookAt(transaction, own, bound, wanted);
    return this.#lookAtAll(transaction, index, wanted, limit);
  }

  /** Reads all parts. */
  async readAll(transaction: Transaction, bound: Pick<Bound, 'max'>): Promise<Whole> {
    const first = await transaction.getAll(...this.refs(0, spreadOf(bound)));
    const head = first[0]?.data();
    const others = this.refs(first.length, Number(head?.spread ?? 1));
    const rest = others.length === 0 ? [] : await transaction.getAll(...others);
    return { parts: [...first, ...rest].map(readPart), head };
  }

  /** Writes the parts that differ from what was read. @param fields of the counter as a whole, that change */
  write(
    transaction: Transaction,
    { parts: before, head }: Whole,
    after: readonly Part[],
    fields: DocumentData = {},
  ): void {
    for (const [number, part] of after.entries()) {
      const read = before[number];
      const isHead = number === 0;
      const born = isHead && head?.spread === undefined ? this.#newHead() : {};
      const spread = isHead && Number(head?.spread ?? 0) < after.length ? { spread: after.length } : {};
      const changes = { ...born, ...spread, ...(isHead ? fields : {}) };
      const isSame = read?.exists === true && read.part === part && Object.keys(changes).length === 0;
      if (isSame) continue;
      transaction.set(this.refOf(number), { ...this.#fields, number, ...part, ...changes }, { merge: true });
    }
  }

  refOf(number: number): DocumentReference {
    return this.#documents.doc(this.#idOf(number));
  }

  refs(from: number, until: number): DocumentReference[] {
    return Array.from({ length: Math.max(0, until - from) }, (_, index) => this.refOf(from + index));
  }

  #lookAt(transaction: Transaction, { ref, part }: Read, bound: Bound, wanted: number): Look {
    return {
      available: wanted,
      used: part.used,
      max: bound.max ?? Number.POSITIVE_INFINITY,
      partId: ref.id,
      take: (taken) => {
        if (taken > 0) transaction.update(ref, { used: part.used + taken, revision: bound.revision });
      },
    };
  }

  async #lookAtAll(
    transaction: Transaction,
    chosen: number,
    wanted: number,
    limit: Pick<Limit, 'max' | 'revision'> | null,
  ): Promise<Look> {
    const whole = await this.readAll(transaction, limit ?? { max: null });
    const parts = whole.parts.map(({ part }) => part);
    const bound = parts.reduce<Bound>(laterOf, limit ?? EMPTY_PART);
    const index = chosen % parts.length;
    const free = limit === null ? wanted : Math.min(wanted, freeOf(parts, bound));
    return {
      available: Math.max(0, free),
      used: usedOf(parts),
      max: bound.max ?? Number.POSITIVE_INFINITY,
      partId: this.refOf(index).id,
      take: (taken) => {
        // A limit that has just changed is written down even if it leaves no room: others may not have heard of it.
        const isNew = parts.some(({ max }) => max !== bound.max);
        if (taken > 0) this.write(transaction, whole, take(parts, index, taken, bound));
        else if (isNew && limit !== null) this.write(transaction, whole, grantAnew(parts, bound));
      },
    };
  }
}

/**
 * Counts a timer that was there before its counter. Like giving back it reads nothing, so that thousands can be counted at a
 * time; the parts learn of it by the recount that follows.
 */
export function countAnyway(
  transaction: Transaction,
  firestore: Firestore,
  { teamId, counter }: CounterKey,
): void {
  const ref = firestore.collection(COUNTERS).doc(documentId(teamId, counter, 0));
  transaction.set(ref, { teamId, counter, number: 0, used: FieldValue.increment(1) }, { merge: true });
}

/** Gives a place back to the part that it was taken of. Costs no read, and waits for nobody who only reads. */
export function giveBack(transaction: Transaction, firestore: Firestore, partId: string): void {
  const ref = firestore.collection(COUNTERS).doc(partId);
  transaction.set(ref, { used: FieldValue.increment(-1) }, { merge: true });
}

/** The parts once they are by as much off as they were found to be, with what is left shared out anew. */
export function corrected(parts: readonly Part[], drifts: readonly number[], bound: Bound): Part[] {
  const right = parts.map((part, number) => {
    const drift = drifts[number] ?? 0;
    return drift === 0 ? part : { ...part, used: part.used + drift };
  });
  const isRight = drifts.every((drift) => drift === 0) && parts.every(({ max }) => max === bound.max);
  const rooms = parts.reduce((sum, part) => sum + Math.max(0, roomOf(part)), 0);
  const isGranted = rooms <= Math.max(0, freeOf(parts, bound));
  return isRight && isGranted ? [...parts] : grantAnew(right, bound);
}

export function readPart(snapshot: DocumentSnapshot): Read {
  const { ref, exists } = snapshot;
  const data = snapshot.data();
  if (data === undefined) return { ref, exists, part: EMPTY_PART };
  // One that was deleted by hand and then got a place back has nothing but that.
  const { used = 0, grant = 0, max = null, revision = 0 } = data;
  return { ref, exists, part: { used, grant, max, revision } };
}
