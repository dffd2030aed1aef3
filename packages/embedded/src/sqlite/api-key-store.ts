import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { Scope } from '@minoots/contract';
import type { ApiKey, ApiKeyDecision, ApiKeyStore } from '@minoots/core';
import * as z from 'zod';
import { writeOf } from './audit-log.ts';
import type { Database } from './database.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { Writer } from './writer.ts';

const Row = z.object({
  id: z.string(),
  team_id: z.string(),
  name: z.string(),
  prefix: z.string(),
  hash: z.string(),
  scopes: z
    .string()
    .transform((text) => text.split(' '))
    .pipe(z.array(Scope)),
  created_by: z.string(),
  created_at: z.number(),
  expires_at: z.number().nullable(),
  last_used_at: z.number().nullable(),
  revoked_at: z.number().nullable(),
  replaced_by: z.string().nullable(),
  works_until: z.number().nullable(),
  uses: z.string(),
});

const Uses = z.record(z.string(), z.int());

const COLUMNS = Object.keys(Row.shape);
const SELECT = `SELECT ${COLUMNS.join(', ')} FROM api_keys`;
/** Replaces by hash, too: an owner may choose as theirs a key that the API has made. */
const SAVE = `INSERT OR REPLACE INTO api_keys (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`;
const FORGET = 'DELETE FROM api_keys WHERE team_id = ? AND id = ?';
const TOUCH = 'UPDATE api_keys SET last_used_at = ? WHERE team_id = ? AND id = ?';

/** Hashed API keys in SQLite, a row each. Changes of a team take their turns. */
export class SqliteApiKeyStore implements ApiKeyStore {
  readonly #writer: Writer;
  readonly #locks = new KeyedLock();
  readonly #list: StatementSync;
  readonly #find: StatementSync;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#writer = writer;
    this.#list = read.prepare(`${SELECT} WHERE team_id = ? ORDER BY created_at DESC, id DESC`);
    this.#find = read.prepare(`${SELECT} WHERE hash = ?`);
  }

  async list(teamId: string): Promise<ApiKey[]> {
    return this.#list.all(teamId).map(toKey);
  }

  update<R>(teamId: string, decide: (keys: readonly ApiKey[]) => ApiKeyDecision<R>): Promise<R> {
    return this.#locks.run(teamId, async () => {
      const { save = [], forget = [], notes = [], result } = decide(await this.list(teamId));
      const writes = [
        { sql: FORGET, rows: forget.map((id) => [teamId, id]) },
        { sql: SAVE, rows: save.map(toRow) },
        writeOf(teamId, notes),
      ].filter(({ rows }) => rows.length > 0);
      if (writes.length > 0) await this.#writer.write(writes);
      return result;
    });
  }

  async findByHash(hash: string): Promise<ApiKey | null> {
    const row = this.#find.get(hash);
    return row === undefined ? null : toKey(row);
  }

  touch({ teamId, id }: Pick<ApiKey, 'teamId' | 'id'>, at: number): Promise<void> {
    return this.#locks.run(teamId, async () => {
      await this.#writer.write([{ sql: TOUCH, rows: [[at, teamId, id]] }]);
    });
  }
}

function toKey(row: unknown): ApiKey {
  const { replaced_by: replacedBy, works_until: worksUntil, ...rest } = Row.parse(row);
  return {
    id: rest.id,
    teamId: rest.team_id,
    name: rest.name,
    prefix: rest.prefix,
    hash: rest.hash,
    scopes: rest.scopes,
    createdBy: rest.created_by,
    createdAt: rest.created_at,
    expiresAt: rest.expires_at,
    lastUsedAt: rest.last_used_at,
    uses: Uses.parse(JSON.parse(rest.uses)),
    revokedAt: rest.revoked_at,
    rotation: replacedBy === null || worksUntil === null ? null : { replacedBy, worksUntil },
  };
}

function toRow(key: ApiKey): SQLInputValue[] {
  const columns: z.input<typeof Row> = {
    id: key.id,
    team_id: key.teamId,
    name: key.name,
    prefix: key.prefix,
    hash: key.hash,
    scopes: key.scopes.join(' '),
    created_by: key.createdBy,
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    last_used_at: key.lastUsedAt,
    revoked_at: key.revokedAt,
    replaced_by: key.rotation?.replacedBy ?? null,
    works_until: key.rotation?.worksUntil ?? null,
    uses: JSON.stringify(key.uses),
  };
  return Row.keyof().options.map((column) => columns[column]);
}
