import type { StatementSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
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
/** Notes that are looked at in one turn of the event loop: some milliseconds. */
const LOOKED_AT = 5_000;
const REPLACE = 'UPDATE audit SET actor = ?, subject = ?, message = ? WHERE seq = ?';

/** The audit logs of teams in SQLite, a row for each note, in the order of their commits. */
export class SqliteAuditLog implements AuditLog {
  readonly #writer: Writer;
  readonly #list: StatementSync;
  readonly #listOf: StatementSync;
  readonly #windowEnd: StatementSync;
  readonly #naming: StatementSync;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#writer = writer;
    this.#list = read.prepare(
      `SELECT seq, at, actor, action, subject, message FROM audit
       WHERE team_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
    );
    this.#windowEnd = read.prepare(
      `SELECT max(seq) AS seq FROM (SELECT seq FROM audit WHERE seq > ? ORDER BY seq LIMIT ${LOOKED_AT})`,
    );
    this.#naming = read.prepare(
      `SELECT seq, at, actor, action, subject, message FROM audit
       WHERE seq > ?1 AND seq <= ?2 AND (actor = ?3 OR subject = ?3
         OR EXISTS (SELECT 1 FROM json_each(?4) WHERE instr(lower(message), value) > 0))
       ORDER BY seq LIMIT ?5`,
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

  /** Looks at every note, since addresses stand in texts: at some thousand each time, whether they name the person or not. */
  async pseudonymiseSome(person: LeavingPerson, limit: number, after = '0'): Promise<string | null> {
    const from = Number(after);
    const end = this.#windowEnd.get(from)?.seq;
    if (typeof end !== 'number') return null;
    const named = this.#naming.all(from, end, person.userId, JSON.stringify(person.emails), limit);
    const rows = named.map((row) => {
      const { actor, subject, message } = withoutPerson(toEntry(row), person);
      return [actor, subject, message, Number(row.seq)];
    });
    if (rows.length > 0) await this.#writer.write([{ sql: REPLACE, rows }]);
    // Where there is nothing to write, others get their turn all the same.
    else await setImmediate();
    return String(rows.length < limit ? end : named.at(-1)?.seq);
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
