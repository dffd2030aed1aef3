import type { StatementSync } from 'node:sqlite';
import { MAX_SECRETS } from '@minoots/contract';
import type { AuditNote, SecretBox, SecretEntry, SecretStore } from '@minoots/core';
import { writeOf } from './audit-log.ts';
import type { Database } from './database.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { Writer } from './writer.ts';
import type { Write } from './writer-protocol.ts';

const PUT =
  'INSERT OR REPLACE INTO secrets (team_id, name, sealed, created_at, updated_at) VALUES (?, ?, ?, ?, ?)';
const DELETE = 'DELETE FROM secrets WHERE team_id = ? AND name = ?';

/** Named secrets in SQLite, a row each, sealed. Changes of a team take their turns, so that its limit holds. */
export class SqliteSecretStore implements SecretStore {
  readonly #writer: Writer;
  readonly #box: SecretBox;
  readonly #locks = new KeyedLock();
  readonly #list: StatementSync;
  readonly #select: StatementSync;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>, box: SecretBox) {
    this.#writer = writer;
    this.#box = box;
    this.#list = read.prepare(
      'SELECT name, created_at, updated_at FROM secrets WHERE team_id = ? ORDER BY name',
    );
    this.#select = read.prepare('SELECT sealed FROM secrets WHERE team_id = ? AND name = ?');
  }

  async list(teamId: string): Promise<SecretEntry[]> {
    return this.#list.all(teamId).map(toEntry);
  }

  put(
    teamId: string,
    { name, value, at }: { name: string; value: string; at: number },
    notes: readonly AuditNote[] = [],
  ): Promise<SecretEntry | 'too-many'> {
    return this.#locks.run(teamId, async () => {
      const sealed = this.#box.seal({ teamId, name }, value);
      const entries = await this.list(teamId);
      const before = entries.find((entry) => entry.name === name);
      if (before === undefined && entries.length >= MAX_SECRETS) return 'too-many';
      const entry = { name, createdAt: before?.createdAt ?? at, updatedAt: at };
      await this.#write(teamId, { sql: PUT, rows: [[teamId, name, sealed, entry.createdAt, at]] }, notes);
      return entry;
    });
  }

  delete(teamId: string, name: string, notes: readonly AuditNote[] = []): Promise<SecretEntry | null> {
    return this.#locks.run(teamId, async () => {
      const entry = (await this.list(teamId)).find((known) => known.name === name) ?? null;
      if (entry !== null) await this.#write(teamId, { sql: DELETE, rows: [[teamId, name]] }, notes);
      return entry;
    });
  }

  async values(teamId: string, names: readonly string[]): Promise<Map<string, string>> {
    const values = new Map<string, string>();
    for (const name of names) {
      const row = this.#select.get(teamId, name);
      if (row !== undefined) values.set(name, this.#box.open({ teamId, name }, String(row.sealed)));
    }
    return values;
  }

  async #write(teamId: string, change: Write, notes: readonly AuditNote[]): Promise<void> {
    await this.#writer.write(notes.length === 0 ? [change] : [change, writeOf(teamId, notes)]);
  }
}

function toEntry(row: Record<string, unknown>): SecretEntry {
  return {
    name: String(row.name),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}
