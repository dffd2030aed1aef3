import type { google } from '@google-cloud/firestore-api/protos';
import { DocumentLocks } from './document-locks.ts';
import { contention } from './faults.ts';
import { masked } from './field-mask.ts';
import type { Storage } from './storage.ts';
import { countOfEntries, fingerprint, toStorageQuery, withCountOfEntries } from './storage-query.ts';
import { type Transaction, type TransactionSelector, Transactions } from './transactions.ts';

/** How long transactions may keep others waiting. */
export interface Patience {
  /** A transaction that is not spoken to for this long is rolled back. */
  transactionIdleMs: number;
  /** A request that waits this long for a document's lock fails with ABORTED. */
  lockWaitMs: number;
}

/** What a query finds, how many more its offset skipped, and when it was read. */
export interface QueryResult {
  documents: google.firestore.v1.IDocument[];
  skipped: number;
  readTime: google.protobuf.ITimestamp;
}

/** The names of documents that were written, or null when all of them went. */
export type ChangeWatcher = (names: ReadonlySet<string> | null) => void;

const MAX_CONFIRMATIONS = 5;

/** One database: what the storage keeps, with locks, transactions and word of changes. */
export class Database {
  readonly #storage: Storage;
  readonly #locks: DocumentLocks;
  readonly #transactions: Transactions;
  readonly #watchers = new Set<ChangeWatcher>();
  #version = 0;

  constructor(storage: Storage, { transactionIdleMs, lockWaitMs }: Patience) {
    this.#storage = storage;
    this.#locks = new DocumentLocks(lockWaitMs);
    this.#transactions = new Transactions(this.#locks, transactionIdleMs);
  }

  async begin(options?: google.firestore.v1.ITransactionOptions | null): Promise<Transaction> {
    const readOnly = options?.readOnly;
    return this.#transactions.begin(readOnly ? await this.#storage.beginReadOnly(readOnly) : null);
  }

  /** The transaction that a read belongs to, if any, and whether it begins with that read. */
  async enter(selector: TransactionSelector): Promise<{ transaction: Transaction | null; isNew: boolean }> {
    if (selector.newTransaction) {
      return { transaction: await this.begin(selector.newTransaction), isNew: true };
    }
    const id = selector.transaction;
    return { transaction: id?.length ? this.#transactions.find(id) : null, isNew: false };
  }

  rollBack(transaction: Transaction): void {
    this.#transactions.end(transaction);
  }

  /** Documents by name. Within a read-write transaction they are locked first. */
  async get(
    names: string[],
    mask?: google.firestore.v1.IDocumentMask | null,
    transaction?: Transaction | null,
  ): Promise<google.firestore.v1.IBatchGetDocumentsResponse[]> {
    if (transaction) await this.#transactions.lock(transaction, names);
    const answers = await this.#storage.get({ documents: names, ...snapshotOf(transaction) });
    return answers.map(({ found, missing, readTime }) => ({
      ...(found ? { found: masked(found, mask) } : { missing: missing ?? null }),
      readTime: readTime ?? null,
    }));
  }

  async query(
    { parent, structuredQuery, readTime }: google.firestore.v1.IRunQueryRequest,
    transaction?: Transaction | null,
  ): Promise<QueryResult> {
    const { query, skip } = toStorageQuery(structuredQuery ?? {});
    const request = { parent: parent ?? '', structuredQuery: query, ...snapshotOf(transaction) };
    const run = () => this.#storage.query(readTime ? { ...request, readTime } : request);
    const answers = await run();
    transaction?.queries.push(async () => fingerprint(await run()) === fingerprint(answers));
    const documents = answers.flatMap(({ document }) => document ?? []);
    return {
      documents: documents.slice(skip),
      skipped: Math.min(skip, documents.length),
      readTime: answers[0]?.readTime ?? {},
    };
  }

  /** The answer to an aggregation, and how many index entries it took. */
  async aggregate(
    request: google.firestore.v1.IRunAggregationQueryRequest,
    transaction?: Transaction | null,
  ): Promise<{ answer: google.firestore.v1.IRunAggregationQueryResponse; entries: number }> {
    const structuredAggregationQuery = withCountOfEntries(request.structuredAggregationQuery ?? {});
    const run = () =>
      this.#storage.aggregate({
        parent: request.parent ?? '',
        structuredAggregationQuery,
        ...snapshotOf(transaction),
      });
    const answers = await run();
    transaction?.queries.push(async () => fingerprint(await run()) === fingerprint(answers));
    return countOfEntries(answers[0] ?? {});
  }

  /** Applies the writes, all or none, and ends the transaction either way. */
  async commit(
    writes: google.firestore.v1.IWrite[],
    transactionId?: Uint8Array | string | null,
  ): Promise<google.firestore.v1.ICommitResponse> {
    const transaction = transactionId?.length ? this.#transactions.find(transactionId) : null;
    const names = new Set(writes.map((write) => write.delete ?? write.update?.name ?? ''));
    const owner = transaction ?? {};
    try {
      if (transaction) await this.#transactions.lock(transaction, names);
      else await this.#locks.acquire(owner, names);
      // Nothing may come between the last look at the queries and the commit, hence no helper to await.
      if (writes.length > 0 && transaction && transaction.queries.length > 0) {
        let seen: number;
        let looks = 0;
        do {
          seen = this.#version;
          looks += 1;
          const hold = await Promise.all(transaction.queries.map((holds) => holds()));
          if (hold.includes(false) || looks > MAX_CONFIRMATIONS) throw contention();
        } while (seen !== this.#version);
      }
      this.#version += 1;
      const response = await this.#storage.commit({ writes });
      this.#tell(names);
      return response;
    } finally {
      if (transaction) this.#transactions.end(transaction);
      else this.#locks.release(owner);
    }
  }

  /** The documents of a collection, also those that do not exist but have collections below, when that is asked for. */
  listDocuments(
    request: google.firestore.v1.IListDocumentsRequest,
  ): Promise<google.firestore.v1.IDocument[]> {
    return this.#storage.listDocuments(request);
  }

  listCollectionIds(parent: string): Promise<string[]> {
    return this.#storage.listCollectionIds({ parent });
  }

  /** Tells of every commit from now on. Returns what ends that. */
  watch(watcher: ChangeWatcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Drops all documents and rolls back all transactions. */
  reset(): void {
    this.#transactions.endAll();
    this.#storage.reset();
    this.#tell(null);
  }

  #tell(names: ReadonlySet<string> | null): void {
    for (const watcher of [...this.#watchers]) watcher(names);
  }
}

function snapshotOf(transaction: Transaction | null | undefined): { transaction?: Uint8Array } {
  return transaction?.snapshot ? { transaction: transaction.snapshot } : {};
}
