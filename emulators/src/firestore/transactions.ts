import { randomBytes } from 'node:crypto';
import type { google } from '@google-cloud/firestore-api/protos';
import { status } from '@grpc/grpc-js';
import type { DocumentLocks } from './document-locks.ts';
import { RpcFault } from './faults.ts';

/** What a read request says about its transaction. */
export interface TransactionSelector {
  transaction?: Uint8Array | string | null;
  newTransaction?: google.firestore.v1.ITransactionOptions | null;
}

/**
 * A transaction that is under way. Documents that a read-write one reads are locked until its end, as in the pessimistic
 * mode of Firestore's Standard edition; its queries are run again before the commit and must find the same.
 */
export interface Transaction {
  id: Buffer;
  /** The storage's id of a read-only transaction, which takes no locks; null for a read-write one. */
  snapshot: Uint8Array | null;
  /** Tells for each query of the transaction whether it would still find what it found. */
  queries: (() => Promise<boolean>)[];
  isOver: boolean;
  /** How many of its requests wait for a lock; meanwhile it is not idle. */
  waiting: number;
  idle: NodeJS.Timeout;
}

/** The transactions of one database. One that nobody speaks to for `idleMs` is rolled back. */
export class Transactions {
  readonly #open = new Map<string, Transaction>();
  readonly #locks: DocumentLocks;
  readonly #idleMs: number;

  constructor(locks: DocumentLocks, idleMs: number) {
    this.#locks = locks;
    this.#idleMs = idleMs;
  }

  begin(snapshot: Uint8Array | null): Transaction {
    const transaction: Transaction = {
      id: randomBytes(16),
      snapshot,
      queries: [],
      isOver: false,
      waiting: 0,
      idle: setTimeout(() => this.#expire(transaction), this.#idleMs).unref(),
    };
    this.#open.set(keyOf(transaction.id), transaction);
    return transaction;
  }

  /** Throws INVALID_ARGUMENT, in the words by which clients know that they may try again, when it is over. */
  find(id: Uint8Array | string): Transaction {
    const transaction = this.#open.get(keyOf(id));
    if (!transaction) throw expired();
    transaction.idle.refresh();
    return transaction;
  }

  /** Locks documents for a read-write transaction. Throws ABORTED or INVALID_ARGUMENT. */
  async lock(transaction: Transaction, names: Iterable<string>): Promise<void> {
    if (transaction.snapshot) return;
    transaction.waiting += 1;
    try {
      await this.#locks.acquire(transaction, names);
    } finally {
      transaction.waiting -= 1;
    }
    if (transaction.isOver) {
      this.#locks.release(transaction);
      throw expired();
    }
    transaction.idle.refresh();
  }

  end(transaction: Transaction): void {
    transaction.isOver = true;
    clearTimeout(transaction.idle);
    this.#open.delete(keyOf(transaction.id));
    this.#locks.release(transaction);
  }

  endAll(): void {
    for (const transaction of [...this.#open.values()]) this.end(transaction);
  }

  #expire(transaction: Transaction): void {
    if (transaction.waiting > 0) transaction.idle.refresh();
    else this.end(transaction);
  }
}

function keyOf(id: Uint8Array | string): string {
  return typeof id === 'string' ? id : Buffer.from(id).toString('base64');
}

function expired(): RpcFault {
  return new RpcFault(
    status.INVALID_ARGUMENT,
    'The referenced transaction has expired or is no longer valid.',
  );
}
