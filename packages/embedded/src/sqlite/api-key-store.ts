import type { StatementSync } from 'node:sqlite';
import { Scope } from '@minoots/contract';
import type { ApiKeyRecord, ApiKeyStore } from '@minoots/core';
import * as z from 'zod';
import type { Database } from './database.ts';
import type { Writer } from './writer.ts';

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

const PUT = 'INSERT OR REPLACE INTO api_keys (id, team_id, hash, scopes, created_at) VALUES (?, ?, ?, ?, ?)';

/** Hashed API keys in SQLite. */
export class SqliteApiKeyStore implements ApiKeyStore {
  readonly #writer: Writer;
  readonly #find: StatementSync;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#writer = writer;
    this.#find = read.prepare('SELECT id, team_id, hash, scopes, created_at FROM api_keys WHERE hash = ?');
  }

  async put({ id, teamId, hash, scopes, createdAt }: ApiKeyRecord): Promise<void> {
    await this.#writer.write([{ sql: PUT, rows: [[id, teamId, hash, scopes.join(' '), createdAt]] }]);
  }

  async findByHash(hash: string): Promise<ApiKeyRecord | null> {
    const row = this.#find.get(hash);
    if (row === undefined) return null;
    const { id, team_id: teamId, scopes, created_at: createdAt } = Row.parse(row);
    return { id, teamId, hash, scopes, createdAt };
  }
}
