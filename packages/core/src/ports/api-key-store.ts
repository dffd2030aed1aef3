import type { Scope } from '@minoots/contract';

/** What is kept of an API key: never the key itself. */
export interface ApiKeyRecord {
  id: string;
  teamId: string;
  /** SHA-256 of the key, 64 hex digits. */
  hash: string;
  scopes: readonly Scope[];
  /** Epoch ms. */
  createdAt: number;
}

export interface ApiKeyStore {
  /** Durable once resolved. A record of the same id is replaced. */
  put(record: ApiKeyRecord): Promise<void>;
  findByHash(hash: string): Promise<ApiKeyRecord | null>;
}
