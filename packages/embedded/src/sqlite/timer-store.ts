import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type Decision,
  type DependentPage,
  type DuePage,
  type DueRange,
  type DueTimer,
  type EndpointKey,
  type FollowerRange,
  type InsertOutcome,
  InvalidPosition,
  type JobRange,
  StorageUnavailable,
  type Timer,
  type TimerFilter,
  type TimerKey,
  type TimerPage,
  type TimerStore,
} from '@minoots/core';
import { keyOf } from '../timer-key.ts';
import type { Database } from './database.ts';
import { KeyedLock } from './keyed-lock.ts';
import { listTimers } from './timer-list.ts';
import { TimerRelatives } from './timer-relatives.ts';
import { BIRTH_COLUMNS, COLUMNS, fromDoc, toBirthColumns, toColumns } from './timer-rows.ts';
import type { Writer } from './writer.ts';

/** Rows that one step of a removal takes away, so that other writes get their turn in between. */
const REMOVAL_STEP = 500;

const INSERTED = ['id', 'team_id', ...COLUMNS, ...BIRTH_COLUMNS];
const INSERT = `INSERT INTO timers (${INSERTED.join(', ')}) VALUES (${INSERTED.map(() => '?').join(', ')})
  ON CONFLICT (id, team_id) DO NOTHING`;
const UPDATE = `UPDATE timers SET ${COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE id = ? AND team_id = ?`;
const DELETE = 'DELETE FROM timers WHERE id = ? AND team_id = ?';

/**
 * Timers in SQLite, one row each. Reads and decisions take place on the main thread, which is the only one to decide:
 * a lock per timer puts updates of one timer in order, and those of different timers share commits.
 */
export class SqliteTimerStore implements TimerStore {
  readonly #read: DatabaseSync;
  readonly #writer: Writer;
  readonly #locks = new KeyedLock();
  readonly #select: StatementSync;
  readonly #due: StatementSync;
  readonly #jobs: StatementSync;
  readonly #delivering: StatementSync;
  readonly #relatives: TimerRelatives;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#read = read;
    this.#writer = writer;
    this.#relatives = new TimerRelatives(read);
    this.#select = read.prepare('SELECT doc FROM timers WHERE id = ? AND team_id = ?');
    this.#due = read.prepare(
      `SELECT seq, team_id, id, alarm_at, generation FROM timers
       WHERE alarm_at IS NOT NULL AND (alarm_at, seq) > (?, ?) AND alarm_at <= ? ORDER BY alarm_at, seq LIMIT ?`,
    );
    this.#jobs = read.prepare(
      `SELECT seq, job_at, doc FROM timers
       WHERE team_id = ? AND job_at IS NOT NULL AND (job_at, seq) > (?, ?) AND job_at <= ? ORDER BY job_at, seq LIMIT ?`,
    );
    this.#delivering = read.prepare('SELECT team_id, id, generation FROM timers WHERE delivering = 1');
  }

  async insert(timers: readonly Timer[]): Promise<InsertOutcome[]> {
    const rows = timers.map((timer) => [
      timer.id,
      timer.teamId,
      ...toColumns(timer),
      ...toBirthColumns(timer),
    ]);
    const [changes = []] = await this.#writer.write([{ sql: INSERT, rows }]);
    return timers.map(({ id, teamId }, index) => {
      if (changes[index] === 1) return { inserted: true };
      const existing = this.#find({ teamId, timerId: id });
      if (existing === null) throw removedMeanwhile(id);
      return { inserted: false, existing };
    });
  }

  update<R>(key: TimerKey, decide: (timer: Timer | null) => Decision<R>): Promise<R> {
    return this.#locks.run(keyOf(key), async () => {
      const { save, remove, result } = decide(this.#find(key));
      if (save !== undefined) {
        const row = [...toColumns(save), key.timerId, key.teamId];
        const [[changed] = []] = await this.#writer.write([{ sql: UPDATE, rows: [row] }]);
        // Removals of settled timers take no lock.
        if (changed !== 1) throw removedMeanwhile(key.timerId);
      } else if (remove === true) {
        await this.#writer.write([{ sql: DELETE, rows: [[key.timerId, key.teamId]] }]);
      }
      return result;
    });
  }

  async get(key: TimerKey): Promise<Timer | null> {
    return this.#find(key);
  }

  async list(teamId: string, filter: TimerFilter, limit: number, after?: string): Promise<TimerPage> {
    return listTimers(this.#read, teamId, filter, limit, after);
  }

  async listDue({ from, until, limit, after }: DueRange): Promise<DuePage> {
    const rows = this.#due.all(...readPosition(after, from), until, limit);
    const last = rows.at(-1);
    const next = last === undefined || rows.length < limit ? null : `${last.alarm_at}.${last.seq}`;
    return {
      due: rows.map((row) => ({
        ...toKey(row),
        at: Number(row.alarm_at),
        generation: Number(row.generation),
      })),
      next,
    };
  }

  async listJobs(teamId: string, { from, until, limit, after }: JobRange): Promise<TimerPage> {
    const rows = this.#jobs.all(teamId, ...readPosition(after, from), until, limit);
    const last = rows.at(-1);
    const next = last === undefined || rows.length < limit ? null : `${last.job_at}.${last.seq}`;
    return { timers: rows.map(({ doc }) => fromDoc(doc)), next };
  }

  /** Timers with attempts under way: at the start of a process those that the one before it did not finish. */
  listDelivering(): Omit<DueTimer, 'at'>[] {
    return this.#delivering.all().map((row) => ({ ...toKey(row), generation: Number(row.generation) }));
  }

  async listDependents(parent: TimerKey, range: FollowerRange): Promise<DependentPage> {
    return this.#relatives.listDependents(parent, range);
  }

  async listChildren(parent: TimerKey, range: FollowerRange): Promise<TimerPage> {
    return this.#relatives.listChildren(parent, range);
  }

  async listPostponed(endpoint: EndpointKey, range: FollowerRange): Promise<DependentPage> {
    return this.#relatives.listPostponed(endpoint, range);
  }

  async removeSettled(
    teamId: string,
    { statuses = [], settledBefore }: Pick<TimerFilter, 'statuses' | 'settledBefore'>,
  ): Promise<number> {
    const sql = `DELETE FROM timers WHERE seq IN (SELECT seq FROM timers WHERE status IN (${statuses.map(() => '?').join(', ')})
      AND team_id = ? AND settled_at IS NOT NULL AND settled_at < ? AND alarm_at IS NULL AND job_at IS NULL LIMIT ${REMOVAL_STEP})`;
    const row = [...statuses, teamId, settledBefore ?? Number.MAX_SAFE_INTEGER];
    let removed = 0;
    for (;;) {
      const [[changes = 0] = []] = await this.#writer.write([{ sql, rows: [row] }]);
      removed += changes;
      if (changes < REMOVAL_STEP) return removed;
    }
  }

  #find({ timerId, teamId }: TimerKey): Timer | null {
    const row = this.#select.get(timerId, teamId);
    return row === undefined ? null : fromDoc(row.doc);
  }
}

/** An instant and the row after which a page starts. Rows count from 1, so 0 takes in all of an instant. */
function readPosition(after: string | null, from: number): [at: number, seq: number] {
  const [, at, seq] = /^(-?\d+)\.(\d+)$/.exec(after ?? `${from}.0`) ?? [];
  if (at === undefined || seq === undefined)
    throw new InvalidPosition(`${after} is not a position among the timers`);
  return [Number(at), Number(seq)];
}

function removedMeanwhile(timerId: string): StorageUnavailable {
  return new StorageUnavailable(`Timer ${timerId} was removed at the same moment; try again`);
}

function toKey(row: Record<string, unknown>): TimerKey {
  return { teamId: String(row.team_id), timerId: String(row.id) };
}
