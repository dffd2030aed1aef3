import { closeSync, fdatasync, openSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { StorageUnavailable } from '@minoots/core';

const sync = promisify(fdatasync);

interface Unit {
  work: () => unknown;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

type Settle = () => void;

/**
 * Runs units of work of the same moment in one SQLite transaction, and answers them when one sync of the log has made
 * it durable. The sync runs off the event loop, so the next group is worked on meanwhile. A unit does all its reading
 * and deciding before its first write, so one that throws has written nothing and spoils nothing for the others.
 */
export class GroupCommit {
  readonly #db: DatabaseSync;
  readonly #walFd: number;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;
  #units: Unit[] = [];
  #committed: Settle[] = [];
  #syncing: Promise<void> | null = null;
  #failure: StorageUnavailable | null = null;

  constructor(db: DatabaseSync, walPath: string) {
    this.#db = db;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
    this.#walFd = openSync(walPath, 'r+');
  }

  /** Why no more work is taken, or null. After a failed sync nobody knows what the disk holds, so only a restart helps. */
  get failure(): StorageUnavailable | null {
    return this.#failure;
  }

  /**
   * Runs `work` in the next group; resolves with its result once that is durable, rejects with what it throws.
   * @throws StorageUnavailable when the group could not be committed; then none of its work took place
   */
  run<T>(work: () => T): Promise<T> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise<T>((resolve, reject) => {
      if (this.#units.length === 0) setImmediate(() => this.#flush());
      this.#units.push({ work, resolve, reject });
    });
  }

  /** Resolves when all work taken so far is answered. */
  async drain(): Promise<void> {
    this.#flush();
    while (this.#syncing !== null) await this.#syncing;
  }

  /** Answers what was taken so far; from now on all work is refused. */
  async close(): Promise<void> {
    await this.drain();
    this.#failure ??= new StorageUnavailable('The store is closed because the service is stopping.');
    closeSync(this.#walFd);
  }

  #flush(): void {
    const units = this.#units;
    if (units.length === 0) return;
    this.#units = [];
    try {
      this.#committed.push(...this.#transact(units));
    } catch (error) {
      const failure = new StorageUnavailable(`The store does not take writes: ${describe(error)}`, {
        cause: error,
      });
      for (const unit of units) unit.reject(failure);
    }
    this.#syncing ??= this.#syncAll();
  }

  #transact(units: Unit[]): Settle[] {
    this.#begin.run();
    try {
      const settles = units.map(runUnit);
      this.#commit.run();
      return settles;
    } catch (error) {
      // A full disk makes SQLite roll back by itself.
      if (this.#db.isTransaction) this.#rollback.run();
      throw error;
    }
  }

  async #syncAll(): Promise<void> {
    while (this.#committed.length > 0) {
      const settles = this.#committed;
      this.#committed = [];
      try {
        await sync(this.#walFd);
      } catch (error) {
        this.#failure = new StorageUnavailable(
          `The store could not make a write durable: ${describe(error)}`,
          { cause: error },
        );
      }
      for (const settle of settles) settle();
    }
    this.#syncing = null;
  }
}

/** Runs one unit and says how to answer it later. Errors of SQLite itself concern the whole group. */
function runUnit({ work, resolve, reject }: Unit): Settle {
  try {
    const result = work() as never;
    return () => resolve(result);
  } catch (error) {
    if (isSqliteError(error)) throw error;
    return () => reject(error);
  }
}

function isSqliteError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
