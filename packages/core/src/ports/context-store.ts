import type { JsonValue } from '@minoots/contract';

/** A fact of a team, for conditions to ask for. `updatedAt` in epoch ms. */
export interface ContextEntry {
  key: string;
  value: JsonValue;
  updatedAt: number;
}

/** Whether an entry was taken, or which limit of the team stands in its way. */
export type PutOutcome = 'stored' | 'too-many-keys' | 'too-many-bytes';

/**
 * What each team says of the world. A team has at most `MAX_CONTEXT_KEYS` entries, whose values take at most
 * `MAX_CONTEXT_BYTES` as JSON texts together; parallel puts do not pass these either.
 */
export interface ContextStore {
  /** All entries of a team as they are at one moment, by key. */
  list(teamId: string): Promise<ContextEntry[]>;
  get(teamId: string, key: string): Promise<ContextEntry | null>;
  /** Adds an entry, or puts it in the place of the one of the same key. Durable once resolved with `stored`. */
  put(teamId: string, entry: ContextEntry): Promise<PutOutcome>;
  /** Removes an entry, and gives it; null when there is none. Durable once resolved. */
  delete(teamId: string, key: string): Promise<ContextEntry | null>;
}
