import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type CheckPage,
  type CheckRange,
  checkAt,
  InvalidPosition,
  type Schedule,
  type ScheduleDecision,
  type ScheduleFilter,
  type ScheduleKey,
  type SchedulePage,
  type ScheduleStore,
} from '@minoots/core';
import type { Database } from './database.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { Writer } from './writer.ts';

const INSERT = `INSERT INTO schedules (status, check_at, doc, id, team_id) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (id, team_id) DO NOTHING`;
const UPDATE = 'UPDATE schedules SET status = ?, check_at = ?, doc = ? WHERE id = ? AND team_id = ?';
const DELETE = 'DELETE FROM schedules WHERE id = ? AND team_id = ?';

/** Schedules in SQLite, one row each. The main thread alone decides, with a lock for each schedule. */
export class SqliteScheduleStore implements ScheduleStore {
  readonly #read: DatabaseSync;
  readonly #writer: Writer;
  readonly #locks = new KeyedLock();
  readonly #select: StatementSync;
  readonly #toCheck: StatementSync;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#read = read;
    this.#writer = writer;
    this.#select = read.prepare('SELECT doc FROM schedules WHERE id = ? AND team_id = ?');
    this.#toCheck = read.prepare(
      `SELECT seq, team_id, id, check_at FROM schedules
       WHERE check_at IS NOT NULL AND (check_at, seq) > (?, ?) AND check_at <= ? ORDER BY check_at, seq LIMIT ?`,
    );
  }

  insert(schedule: Schedule): Promise<Schedule | null> {
    const key = { teamId: schedule.teamId, scheduleId: schedule.id };
    return this.#locks.run(nameOf(key), async () => {
      const existing = this.#find(key);
      if (existing === null) await this.#writer.write([{ sql: INSERT, rows: [toRow(schedule)] }]);
      return existing;
    });
  }

  update<R>(key: ScheduleKey, decide: (schedule: Schedule | null) => ScheduleDecision<R>): Promise<R> {
    return this.#locks.run(nameOf(key), async () => {
      const { save, remove, result } = decide(this.#find(key));
      if (save !== undefined) await this.#writer.write([{ sql: UPDATE, rows: [toRow(save)] }]);
      else if (remove === true)
        await this.#writer.write([{ sql: DELETE, rows: [[key.scheduleId, key.teamId]] }]);
      return result;
    });
  }

  async get(key: ScheduleKey): Promise<Schedule | null> {
    return this.#find(key);
  }

  async list(
    teamId: string,
    { status }: ScheduleFilter,
    limit: number,
    after?: string,
  ): Promise<SchedulePage> {
    if (after !== undefined && !/^\d{1,15}$/.test(after))
      throw new InvalidPosition(`${after} is not a position in the schedules`);
    const statuses = status === undefined ? ['active', 'paused'] : [status];
    const rows = this.#read
      .prepare(
        `SELECT seq, doc FROM schedules WHERE team_id = ? AND status IN (${statuses.map(() => '?').join(', ')})
         AND seq < ? ORDER BY seq DESC LIMIT ?`,
      )
      .all(teamId, ...statuses, Number(after ?? Number.MAX_SAFE_INTEGER), limit + 1);
    const page = rows.slice(0, limit);
    const next = rows.length > limit ? String(page.at(-1)?.seq) : null;
    return { schedules: page.map((row) => fromDoc(row.doc)), next };
  }

  async listToCheck({ until, limit, after }: CheckRange): Promise<CheckPage> {
    // Rows count from 1, so this position is before all of them.
    const [, at, seq] = /^(-?\d+)\.(\d+)$/.exec(after ?? '-1.0') ?? [];
    if (at === undefined || seq === undefined)
      throw new InvalidPosition(`${after} is not a position in the schedules to check`);
    const rows = this.#toCheck.all(Number(at), Number(seq), until, limit);
    const last = rows.at(-1);
    return {
      keys: rows.map((row) => ({ teamId: String(row.team_id), scheduleId: String(row.id) })),
      next: last === undefined || rows.length < limit ? null : `${last.check_at}.${last.seq}`,
    };
  }

  #find({ scheduleId, teamId }: ScheduleKey): Schedule | null {
    const row = this.#select.get(scheduleId, teamId);
    return row === undefined ? null : fromDoc(row.doc);
  }
}

function nameOf({ teamId, scheduleId }: ScheduleKey): string {
  return `${teamId}\n${scheduleId}`;
}

function toRow(schedule: Schedule): (string | number | null)[] {
  const { status, id, teamId } = schedule;
  return [status, checkAt(schedule), JSON.stringify(schedule), id, teamId];
}

/** Documents are written by `toRow` alone and migrated with the schema. */
function fromDoc(doc: unknown): Schedule {
  if (typeof doc !== 'string') throw new Error('a schedule row has no document');
  return JSON.parse(doc);
}
