import { status } from '@grpc/grpc-js';
import { Database, type Patience } from './database.ts';
import { RpcFault } from './faults.ts';
import { databaseOf } from './resource-name.ts';
import { openStorage, type Storage } from './storage.ts';

/** All databases, each made when it is first named. */
export class Databases {
  readonly #databases = new Map<string, Database>();
  readonly #patience: Patience;

  constructor(patience: Patience) {
    this.#patience = patience;
  }

  /** The database that a resource lies in. Throws INVALID_ARGUMENT. */
  of(resource: string | null | undefined): Database {
    const { projectId, databaseId } = databaseOf(resource);
    const key = `${projectId}/${databaseId}`;
    const known = this.#databases.get(key);
    if (known) return known;
    const database = new Database(open(projectId, databaseId), this.#patience);
    this.#databases.set(key, database);
    return database;
  }

  /** Empties every database. */
  reset(): void {
    for (const database of this.#databases.values()) database.reset();
  }
}

function open(projectId: string, databaseId: string): Storage {
  try {
    return openStorage(projectId, databaseId);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RpcFault(status.INVALID_ARGUMENT, reason);
  }
}
