import type { StatementSync } from 'node:sqlite';
import { JsonValue, MAX_CONTEXT_BYTES, MAX_CONTEXT_KEYS } from '@minoots/contract';
import {
  type ContextEntry,
  type ContextStore,
  contextBytes,
  contextRoom,
  type PutOutcome,
} from '@minoots/core';
import type { Database } from './database.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { Writer } from './writer.ts';

const PUT = 'INSERT OR REPLACE INTO context (team_id, key, value, bytes, updated_at) VALUES (?, ?, ?, ?, ?)';
const DELETE = 'DELETE FROM context WHERE team_id = ? AND key = ?';
const LIMITS = { keys: MAX_CONTEXT_KEYS, bytes: MAX_CONTEXT_BYTES };

/** Contexts of teams in SQLite, a row per key. Changes of a team take their turns, so that its limits hold. */
export class SqliteContextStore implements ContextStore {
  readonly #writer: Writer;
  readonly #locks = new KeyedLock();
  readonly #list: StatementSync;
  readonly #select: StatementSync;
  readonly #sizes: StatementSync;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#writer = writer;
    this.#list = read.prepare('SELECT key, value, updated_at FROM context WHERE team_id = ? ORDER BY key');
    this.#select = read.prepare('SELECT key, value, updated_at FROM context WHERE team_id = ? AND key = ?');
    this.#sizes = read.prepare('SELECT bytes FROM context WHERE team_id = ? AND key <> ?');
  }

  async list(teamId: string): Promise<ContextEntry[]> {
    return this.#list.all(teamId).map(toEntry);
  }

  async get(teamId: string, key: string): Promise<ContextEntry | null> {
    const row = this.#select.get(teamId, key);
    return row === undefined ? null : toEntry(row);
  }

  put(teamId: string, { key, value, updatedAt }: ContextEntry): Promise<PutOutcome> {
    return this.#locks.run(teamId, async () => {
      const bytes = contextBytes(value);
      const others = this.#sizes.all(teamId, key).map((row) => Number(row.bytes));
      const outcome = contextRoom(others, bytes, LIMITS);
      if (outcome !== 'stored') return outcome;
      const row = [teamId, key, JSON.stringify(value), bytes, updatedAt];
      await this.#writer.write([{ sql: PUT, rows: [row] }]);
      return outcome;
    });
  }

  delete(teamId: string, key: string): Promise<ContextEntry | null> {
    return this.#locks.run(teamId, async () => {
      const entry = await this.get(teamId, key);
      if (entry !== null) await this.#writer.write([{ sql: DELETE, rows: [[teamId, key]] }]);
      return entry;
    });
  }
}

function toEntry(row: Record<string, unknown>): ContextEntry {
  return {
    key: String(row.key),
    value: JsonValue.parse(JSON.parse(String(row.value))),
    updatedAt: Number(row.updated_at),
  };
}
