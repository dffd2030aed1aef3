import {
  type CounterKey,
  type InsertOutcome,
  type Limit,
  LimitReached,
  type OverLimit,
  placesOf,
  type Timer,
} from '@minoots/core';
import type { DocumentData, Firestore, Transaction } from 'firebase-admin/firestore';
import { CounterParts, countAnyway, giveBack, type Look } from './counter-parts.ts';
import { Grouped } from './grouped.ts';
import { decodeTimer, isPurged, isSameInsert } from './timer-document.ts';
import type { NewDocument } from './timer-insert.ts';
import { inTransaction } from './transactions.ts';

/** Timers that one transaction adds, and the length of their texts: a request holds 10 MiB. */
const GROUP = { most: 100, mostSize: 3_000_000 };

interface Item {
  document: NewDocument;
  limits: readonly Limit[];
}

/**
 * Adds timers that count: each takes its places with the same commit. Inserts of one process that count against the same
 * counters share transactions.
 */
export class CountedInserts {
  readonly #firestore: Firestore;
  readonly #now: () => number;
  readonly #groups: Grouped<Item, InsertOutcome>;

  constructor(firestore: Firestore, now: () => number) {
    this.#firestore = firestore;
    this.#now = now;
    this.#groups = new Grouped((items) => this.#insertGroup(items), {
      ...GROUP,
      sizeOf: ({ document }) => document.data.timer.length,
    });
  }

  /** Tells for each timer what came of it. */
  async insert(documents: readonly NewDocument[], limits: readonly Limit[]): Promise<InsertOutcome[]> {
    const outcomes = new Array<InsertOutcome>(documents.length);
    const groups = Map.groupBy(documents.entries(), ([, { timer }]) => groupOf(timer, limits));
    await Promise.all(
      [...groups].map(async ([key, entries]) => {
        const items = entries.map(([, document]) => ({ document, limits }));
        for (const [index, outcome] of (await this.#groups.add(key, items)).entries()) {
          const [number = 0] = entries[index] ?? [];
          outcomes[number] = outcome;
        }
      }),
    );
    return outcomes;
  }

  #insertGroup(items: readonly Item[]): Promise<InsertOutcome[]> {
    return inTransaction(this.#firestore, async (transaction) => {
      const held = await transaction.getAll(...items.map(({ document }) => document.ref));
      const firsts = new Map<string, Timer>();
      const outcomes = items.map(({ document: { ref, timer, data } }, index): InsertOutcome | 'new' => {
        const first = firsts.get(ref.id);
        if (first !== undefined) return { inserted: false, existing: first };
        const holder = held[index]?.data();
        if (holder === undefined || isPurged(holder, this.#now())) {
          firsts.set(ref.id, timer);
          return 'new';
        }
        // Our own write, whose answer got lost.
        return isSameInsert(holder, data)
          ? { inserted: true }
          : { inserted: false, existing: decodeTimer(holder) };
      });
      const fresh = items.filter((_, index) => outcomes[index] === 'new');
      const [first] = fresh;
      if (first === undefined) return outcomes.filter((outcome) => outcome !== 'new');
      const { admitted, counts, overLimit } = await this.#takePlaces(transaction, first, fresh.length);
      for (const { document } of fresh.slice(0, admitted))
        transaction.set(document.ref, { ...document.data, counts });
      const refused = new Set(fresh.slice(admitted).map(({ document }) => document.ref.id));
      return items.map(({ document: { ref } }, index): InsertOutcome => {
        const outcome = outcomes[index];
        // Of several that want one id all are refused with the first.
        if (overLimit !== null && refused.has(ref.id)) return { inserted: false, overLimit };
        return outcome === undefined || outcome === 'new' ? { inserted: true } : outcome;
      });
    });
  }

  /** Takes places for as many as there are, of all counters that the timers of a group count against. */
  async #takePlaces(
    transaction: Transaction,
    { document: { timer }, limits }: Item,
    wanted: number,
  ): Promise<{ admitted: number; counts: string[]; overLimit: OverLimit | null }> {
    const looks: { counter: string; look: Look }[] = [];
    for (const counter of placesOf(timer)) {
      const look = await this.#look(transaction, { teamId: timer.teamId, counter }, wanted, limits);
      looks.push({ counter, look });
    }
    const scarcest = looks.reduce((least, each) =>
      each.look.available < least.look.available ? each : least,
    );
    const admitted = scarcest.look.available;
    for (const { look } of looks) look.take(admitted);
    const { counter, look } = scarcest;
    return {
      admitted,
      counts: looks.map((each) => each.look.partId),
      overLimit: admitted === wanted ? null : { counter, used: look.used + admitted, max: look.max },
    };
  }

  #look(transaction: Transaction, key: CounterKey, wanted: number, limits: readonly Limit[]): Promise<Look> {
    const limit = limits.find(({ counter }) => counter === key.counter) ?? null;
    return CounterParts.ofTimers(this.#firestore, key, this.#now).look(transaction, wanted, limit);
  }

  /**
   * Moves the places of a timer that is being changed; to be called before the transaction writes.
   * @returns the parts that hold its places then, and what writes that
   * @throws LimitReached
   */
  async move(
    transaction: Transaction,
    teamId: string,
    before: { timer: Timer; data: DocumentData } | null,
    after: Timer | null,
    limits: readonly Limit[],
  ): Promise<{ counts: string[]; write(): void }> {
    const held = new Map(
      (before === null ? [] : placesOf(before.timer)).map((counter, index) => [
        counter,
        String(before?.data.counts?.[index] ?? ''),
      ]),
    );
    const wanted = after === null ? [] : placesOf(after);
    const writes: (() => void)[] = [];
    const counts: string[] = [];
    for (const counter of wanted) {
      const partId = held.get(counter) ?? '';
      if (partId !== '') {
        counts.push(partId);
        continue;
      }
      const limit = limits.find((each) => each.counter === counter);
      if (limit === undefined) {
        const key = { teamId, counter };
        counts.push(CounterParts.ofTimers(this.#firestore, key, this.#now).refOf(0).id);
        writes.push(() => countAnyway(transaction, this.#firestore, key));
        continue;
      }
      const look = await this.#look(transaction, { teamId, counter }, 1, limits);
      if (look.available < 1) throw new LimitReached({ counter, used: look.used, max: look.max });
      counts.push(look.partId);
      writes.push(() => look.take(1));
    }
    const lost = [...held].filter(([counter, partId]) => partId !== '' && !wanted.includes(counter));
    for (const [, partId] of lost) writes.push(() => giveBack(transaction, this.#firestore, partId));
    return {
      counts,
      write() {
        for (const write of writes) write();
      },
    };
  }
}

function groupOf(timer: Timer, limits: readonly Limit[]): string {
  const counters = placesOf(timer);
  const own = limits.filter(({ counter }) => counters.includes(counter));
  return JSON.stringify([timer.teamId, counters, own.map(({ max, revision }) => [max, revision])]);
}
