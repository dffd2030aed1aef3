import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type Decision,
  type DuePage,
  type DueRange,
  type DueTimer,
  type InsertOutcome,
  InvalidPosition,
  type Timer,
  type TimerFilter,
  type TimerKey,
  type TimerPage,
  type TimerStore,
} from '@minoots/core';
import type { GroupCommit } from './group-commit.ts';
import { listTimers } from './timer-list.ts';
import { COLUMNS, fromDoc, toColumns } from './timer-rows.ts';

/** Rows that one step of a removal takes away, so that requests get their turn in between. */
const REMOVAL_STEP = 500;

/** Timers in SQLite: one row each, changed in group commits. */
export class SqliteTimerStore implements TimerStore {
  readonly #db: DatabaseSync;
  readonly #commits: GroupCommit;
  readonly #select: StatementSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #delete: StatementSync;
  readonly #due: StatementSync;
  readonly #firing: StatementSync;

  constructor(db: DatabaseSync, commits: GroupCommit) {
    this.#db = db;
    this.#commits = commits;
    this.#select = db.prepare('SELECT doc FROM timers WHERE id = ? AND team_id = ?');
    this.#insert = db.prepare(
      `INSERT INTO timers (id, team_id, ${COLUMNS.join(', ')}) VALUES (?, ?, ${COLUMNS.map(() => '?').join(', ')})
       ON CONFLICT (id, team_id) DO NOTHING`,
    );
    this.#update = db.prepare(
      `UPDATE timers SET ${COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE id = ? AND team_id = ?`,
    );
    this.#delete = db.prepare('DELETE FROM timers WHERE id = ? AND team_id = ?');
    this.#due = db.prepare(
      `SELECT seq, team_id, id, alarm_at, generation FROM timers
       WHERE alarm_at IS NOT NULL AND (alarm_at, seq) > (?, ?) AND alarm_at <= ? ORDER BY alarm_at, seq LIMIT ?`,
    );
    this.#firing = db.prepare(
      "SELECT team_id, id, generation FROM timers WHERE status = 'firing' AND alarm_at IS NOT NULL",
    );
  }

  insert(timers: readonly Timer[]): Promise<InsertOutcome[]> {
    return this.#commits.run(() => timers.map((timer) => this.#insertOne(timer)));
  }

  update<R>(key: TimerKey, decide: (timer: Timer | null) => Decision<R>): Promise<R> {
    return this.#commits.run(() => {
      const decision = decide(this.#read(key));
      if (decision.save !== undefined) this.#update.run(...toColumns(decision.save), key.timerId, key.teamId);
      if (decision.remove === true) this.#delete.run(key.timerId, key.teamId);
      return decision.result;
    });
  }

  async get(key: TimerKey): Promise<Timer | null> {
    this.#assertUsable();
    return this.#read(key);
  }

  async list(teamId: string, filter: TimerFilter, limit: number, after?: string): Promise<TimerPage> {
    this.#assertUsable();
    return listTimers(this.#db, teamId, filter, limit, after);
  }

  async listDue({ from, until, limit, after }: DueRange): Promise<DuePage> {
    this.#assertUsable();
    // Rows count from 1, so a position before the first row of an instant takes in all of them.
    const [, at, seq] = /^(-?\d+)\.(\d+)$/.exec(after ?? `${from}.0`) ?? [];
    if (at === undefined || seq === undefined)
      throw new InvalidPosition(`${after} is not a position in the due timers`);
    const rows = this.#due.all(Number(at), Number(seq), until, limit);
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

  /** Timers that were delivering when the process before this one stopped. */
  listFiring(): Omit<DueTimer, 'at'>[] {
    return this.#firing.all().map((row) => ({ ...toKey(row), generation: Number(row.generation) }));
  }

  async removeSettled(
    teamId: string,
    { statuses = [], settledBefore }: Pick<TimerFilter, 'statuses' | 'settledBefore'>,
  ): Promise<number> {
    const marks = statuses.map(() => '?').join(', ');
    const step = this.#db.prepare(
      `DELETE FROM timers WHERE seq IN (SELECT seq FROM timers WHERE status IN (${marks}) AND team_id = ?
       AND settled_at IS NOT NULL AND settled_at < ? LIMIT ${REMOVAL_STEP})`,
    );
    let removed = 0;
    for (;;) {
      const changes = await this.#commits.run(() =>
        Number(step.run(...statuses, teamId, settledBefore ?? Number.MAX_SAFE_INTEGER).changes),
      );
      removed += changes;
      if (changes < REMOVAL_STEP) return removed;
    }
  }

  #insertOne(timer: Timer): InsertOutcome {
    const { changes } = this.#insert.run(timer.id, timer.teamId, ...toColumns(timer));
    if (changes === 1) return { inserted: true };
    const existing = this.#read({ teamId: timer.teamId, timerId: timer.id });
    if (existing === null) throw new Error(`timer ${timer.id} is neither new nor there`);
    return { inserted: false, existing };
  }

  #read({ timerId, teamId }: TimerKey): Timer | null {
    const row = this.#select.get(timerId, teamId);
    return row === undefined ? null : fromDoc(row.doc);
  }

  #assertUsable(): void {
    if (this.#commits.failure !== null) throw this.#commits.failure;
  }
}

function toKey(row: Record<string, unknown>): TimerKey {
  return { teamId: String(row.team_id), timerId: String(row.id) };
}
