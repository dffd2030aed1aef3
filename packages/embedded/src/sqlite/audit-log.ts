import type { StatementSync } from 'node:sqlite';
import {
  type ActorsPage,
  type AuditEntry,
  type AuditLog,
  type AuditNote,
  type AuditPage,
  InvalidPosition,
  type LeavingPerson,
  withoutPerson,
} from '@minoots/core';
import type { Database } from './database.ts';
import type { Writer } from './writer.ts';
import type { Write } from './writer-protocol.ts';

const INSERT = 'INSERT INTO audit (team_id, at, actor, action, subject, message) VALUES (?, ?, ?, ?, ?, ?)';
const REPLACE = 'UPDATE audit SET actor = ?, subject = ?, message = ? WHERE seq = ?';

/** The audit logs of teams in SQLite, a row for each note, in the order of their commits. */
export class SqliteAuditLog implements AuditLog {
  readonly #writer: Writer;
  readonly #list: StatementSync;
  readonly #listOf: StatementSync;
  readonly #all: StatementSync;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#writer = writer;
    this.#list = read.prepare(
      `SELECT seq, at, actor, action, subject, message FROM audit
       WHERE team_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
    );
    this.#all = read.prepare(
      `SELECT seq, at, actor, action, subject, message FROM audit WHERE actor = ? OR subject = ?
       OR EXISTS (SELECT 1 FROM json_each(?) WHERE instr(lower(message), value) > 0)`,
    );
    this.#listOf = read.prepare(
      `SELECT seq, team_id, at, actor, action, subject, message FROM audit
       WHERE actor = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
    );
  }

  async append(teamId: string, notes: readonly AuditNote[]): Promise<void> {
    if (notes.length > 0) await this.#writer.write([writeOf(teamId, notes)]);
  }

  async list(teamId: string, limit: number, after?: string): Promise<AuditPage> {
    const { rows, next } = this.#page(this.#list, teamId, limit, after);
    return { entries: rows.map(toEntry), next };
  }

  async listOf(actor: string, limit: number, after?: string): Promise<ActorsPage> {
    const { rows, next } = this.#page(this.#listOf, actor, limit, after);
    return { entries: rows.map((row) => ({ ...toEntry(row), teamId: String(row.team_id) })), next };
  }

  /** Looks at every note: addresses stand in texts, and accounts are deleted seldom. */
  async pseudonymise(person: LeavingPerson): Promise<void> {
    const named = this.#all.all(person.userId, person.userId, JSON.stringify(person.emails));
    const rows = named.map((row) => {
      const { actor, subject, message } = withoutPerson(toEntry(row), person);
      return [actor, subject, message, Number(row.seq)];
    });
    if (rows.length > 0) await this.#writer.write([{ sql: REPLACE, rows }]);
  }

  #page(statement: StatementSync, key: string, limit: number, after: string | undefined) {
    if (after !== undefined && !/^\d{1,15}$/.test(after))
      throw new InvalidPosition(`${after} is not a position in the audit log`);
    const found = statement.all(key, Number(after ?? Number.MAX_SAFE_INTEGER), limit + 1);
    const rows = found.slice(0, limit);
    return { rows, next: found.length > limit ? String(rows.at(-1)?.seq) : null };
  }
}

/** The write of notes, to go with the change that they tell of. */
export function writeOf(teamId: string, notes: readonly AuditNote[]): Write {
  const rows = notes.map(({ at, actor, action, subject, message }) => [
    teamId,
    at,
    actor,
    action,
    subject,
    message,
  ]);
  return { sql: INSERT, rows };
}

function toEntry(row: Record<string, unknown>): AuditEntry {
  return {
    id: `aud_${row.seq}`,
    at: Number(row.at),
    actor: String(row.actor),
    action: String(row.action),
    subject: row.subject === null ? null : String(row.subject),
    message: String(row.message),
  };
}
