import type { google } from '@google-cloud/firestore-api/protos';
import { type QueryShape, shapesOf } from './query-shape.ts';
import { collectionOf, idOf } from './resource-name.ts';

/** Operations that Google bills. */
export interface Usage {
  reads: number;
  writes: number;
  deletes: number;
}

/** What was used, in all and for each collection id. */
export interface UsageReport extends Usage {
  byCollection: Record<string, Usage>;
}

/**
 * Counts operations as Firestore bills them, by https://firebase.google.com/docs/firestore/pricing and
 * https://cloud.google.com/firestore/docs/billing-questions:
 * - a read for each document got, also for one that does not exist, and for each attempt of a transaction;
 * - a read for each document that a query returns or skips by an offset, at least one for each query;
 * - a listener's reads are those of its query, then one for each document that is added, changed, or leaves the result
 *   because it was changed; none for one that is deleted;
 * - a read for each 1,000 index entries that an aggregation matches, at least one;
 * - a read for listing collection ids;
 * - a write or a delete for each one committed, also where it changes nothing.
 */
export class Meter {
  readonly #usage = new Map<string, Usage>();
  readonly #shapes = new Map<string, QueryShape>();

  /** What was used since the start or the last reset. */
  snapshot(): UsageReport {
    return reportOf(Object.fromEntries([...this.#usage].map(([id, usage]) => [id, { ...usage }])));
  }

  /** What was used after an earlier snapshot. Collections that were not used are left out. */
  since({ byCollection: before }: UsageReport): UsageReport {
    const differences = Object.entries(this.snapshot().byCollection).map(
      ([id, now]) => [id, subtract(now, before[id] ?? none())] as const,
    );
    return reportOf(
      Object.fromEntries(
        differences.filter(([, { reads, writes, deletes }]) => reads + writes + deletes > 0),
      ),
    );
  }

  /** The shapes of the queries that came, each once, in the order of their first coming. */
  queries(): QueryShape[] {
    return [...this.#shapes.values()];
  }

  /** Starts over at nothing. */
  reset(): void {
    this.#usage.clear();
    this.#shapes.clear();
  }

  /** Takes note of a query's shape. */
  query(query: google.firestore.v1.IStructuredQuery): void {
    for (const shape of shapesOf(query)) this.#shapes.set(JSON.stringify(shape), shape);
  }

  /** Counts reads of documents in the collection of this id; empty where there is none. */
  read(collectionId: string, count = 1): void {
    this.#of(collectionId).reads += count;
  }

  /** Counts writes that were committed. */
  committed(writes: google.firestore.v1.IWrite[]): void {
    for (const write of writes) {
      const name = write.delete ?? write.update?.name ?? '';
      this.#of(idOf(collectionOf(name)))[write.delete ? 'deletes' : 'writes'] += 1;
    }
  }

  #of(collectionId: string): Usage {
    const usage = this.#usage.get(collectionId) ?? none();
    this.#usage.set(collectionId, usage);
    return usage;
  }
}

function reportOf(byCollection: Record<string, Usage>): UsageReport {
  const total = none();
  for (const { reads, writes, deletes } of Object.values(byCollection)) {
    total.reads += reads;
    total.writes += writes;
    total.deletes += deletes;
  }
  return { ...total, byCollection };
}

function subtract(now: Usage, before: Usage): Usage {
  return {
    reads: now.reads - before.reads,
    writes: now.writes - before.writes,
    deletes: now.deletes - before.deletes,
  };
}

function none(): Usage {
  return { reads: 0, writes: 0, deletes: 0 };
}
