import type { ApiKey } from '../domain/api-key/state.ts';
import type { AuditNote } from '../domain/team/state.ts';

/** What becomes of the keys of a team, and what to answer. */
export interface ApiKeyDecision<R> {
  /** Keys that are new, or not as they were. */
  save?: readonly ApiKey[];
  /** Ids of keys to remove. */
  forget?: readonly string[];
  /** For the audit log, in the same commit. */
  notes?: readonly AuditNote[];
  result: R;
}

/** Where API keys live, hashed. Every promise of a change resolves only after the change is durable. */
export interface ApiKeyStore {
  /** All keys of a team, newest first. */
  list(teamId: string): Promise<ApiKey[]>;

  /**
   * Reads all keys of a team, decides and saves, with nothing in between: of parallel updates each sees the result of
   * the one before. `decide` is pure and may run several times. What it throws rejects the promise and changes nothing.
   */
  update<R>(teamId: string, decide: (keys: readonly ApiKey[]) => ApiKeyDecision<R>): Promise<R>;

  findByHash(hash: string): Promise<ApiKey | null>;

  /** Notes that a key was used at `at`, epoch ms. A key that is not there any more stays so. */
  touch(key: Pick<ApiKey, 'teamId' | 'id'>, at: number): Promise<void>;
}
