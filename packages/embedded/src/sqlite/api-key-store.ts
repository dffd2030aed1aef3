import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Scope } from '@minoots/contract';
import type { ApiKeyRecord, ApiKeyStore } from '@minoots/core';
import * as z from 'zod';
import type { GroupCommit } from './group-commit.ts';

const Row = z.object({
  id: z.string(),
  team_id: z.string(),
  hash: z.string(),
  scopes: z
    .string()
    .transform((text) => text.split(' '))
    .pipe(z.array(Scope)),
  created_at: z.number(),
});

/** Hashed API keys in SQLite. */
export class SqliteApiKeyStore implements ApiKeyStore {
  readonly #commits: GroupCommit;
  readonly #put: StatementSync;
  readonly #find: StatementSync;

  constructor(db: DatabaseSync, commits: GroupCommit) {
    this.#commits = commits;
    this.#put = db.prepare(
      'INSERT OR REPLACE INTO api_keys (id, team_id, hash, scopes, created_at) VALUES (?, ?, ?, ?, ?)',
    );
    this.#find = db.prepare('SELECT id, team_id, hash, scopes, created_at FROM api_keys WHERE hash = ?');
  }

  async put({ id, teamId, hash, scopes, createdAt }: ApiKeyRecord): Promise<void> {
    await this.#commits.run(() => this.#put.run(id, teamId, hash, scopes.join(' '), createdAt));
  }

  async findByHash(hash: string): Promise<ApiKeyRecord | null> {
    const row = this.#find.get(hash);
    if (row === undefined) return null;
    const { id, team_id: teamId, scopes, created_at: createdAt } = Row.parse(row);
    return { id, teamId, hash, scopes, createdAt };
  }
}
