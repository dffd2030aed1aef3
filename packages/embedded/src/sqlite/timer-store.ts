import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  ACTIVE_STATUSES,
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
  type Limit,
  LimitReached,
  type OverLimit,
  placesOf,
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
import type { Write } from './writer-protocol.ts';

/** Rows that one step of a removal takes away, so that other writes get their turn in between. */
const REMOVAL_STEP = 500;

const INSERTED = ['id', 'team_id', ...COLUMNS, ...BIRTH_COLUMNS];
const INSERT = `INSERT INTO timers (${INSERTED.join(', ')}) VALUES (${INSERTED.map(() => '?').join(', ')})
  ON CONFLICT (id, team_id) DO NOTHING`;
/** Whether all limits that apply have a place left: the writer thread sees every insert before this one, committed or not. */
const HAS_ROOM = `NOT EXISTS (
    SELECT 1 FROM json_each(?) AS given
    LEFT JOIN counters ON counters.team_id = ? AND counters.counter = given.value ->> 'counter'
    WHERE coalesce(counters.used, 0) >= given.value ->> 'max'
  )`;
const INSERT_WITHIN = `INSERT INTO timers (${INSERTED.join(', ')}) SELECT ${INSERTED.map(() => '?').join(', ')} WHERE ${HAS_ROOM}
  ON CONFLICT (id, team_id) DO NOTHING`;
const UPDATE = `UPDATE timers SET ${COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE id = ? AND team_id = ?`;
const UPDATE_WITHIN = `${UPDATE} AND ${HAS_ROOM}`;
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
  readonly #used: StatementSync;
  readonly #active: StatementSync;
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
    this.#used = read.prepare('SELECT used FROM counters WHERE team_id = ? AND counter = ?');
    this.#active = read.prepare(
      `SELECT count(*) AS count FROM timers WHERE team_id = ? AND status IN (${ACTIVE_STATUSES.map((status) => `'${status}'`).join(', ')})`,
    );
    this.#delivering = read.prepare('SELECT team_id, id, generation FROM timers WHERE delivering = 1');
  }

  async insert(timers: readonly Timer[], limits: readonly Limit[] = []): Promise<InsertOutcome[]> {
    const changes = (await this.#writer.write(insertsOf(timers, limits))).flat();
    const outcomes = timers.map((timer, index): InsertOutcome | null => {
      if (changes[index] === 1) return { inserted: true };
      const existing = this.#find({ teamId: timer.teamId, timerId: timer.id });
      if (existing !== null) return { inserted: false, existing };
      const overLimit = this.#overLimit(timer.teamId, limitsFor(timer, [], limits));
      return overLimit === null ? null : { inserted: false, overLimit };
    });
    if (outcomes.every((outcome) => outcome !== null)) return outcomes;
    return Promise.all(outcomes.map((outcome, index) => outcome ?? this.#insertAgain(timers[index], limits)));
  }

  update<R>(key: TimerKey, decide: (timer: Timer | null) => Decision<R>): Promise<R> {
    return this.#locks.run(keyOf(key), async () => {
      const before = this.#find(key);
      const { save, remove, limits = [], result } = decide(before);
      if (save !== undefined) {
        await this.#save(key, save, limitsFor(save, before === null ? [] : placesOf(before), limits));
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

  async countActive(teamId: string): Promise<number> {
    return Number(this.#active.get(teamId)?.count ?? 0);
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

  async #save(key: TimerKey, timer: Timer, limits: readonly Limit[]): Promise<void> {
    const row = [...toColumns(timer), key.timerId, key.teamId];
    const write =
      limits.length === 0
        ? { sql: UPDATE, rows: [row] }
        : { sql: UPDATE_WITHIN, rows: [[...row, ...roomOf(key.teamId, limits)]] };
    const [[changed] = []] = await this.#writer.write([write]);
    if (changed === 1) return;
    const overLimit = this.#overLimit(key.teamId, limits);
    if (overLimit !== null && this.#find(key) !== null) throw new LimitReached(overLimit);
    // Removals of settled timers take no lock.
    throw changedMeanwhile(key.timerId);
  }

  /** What stood in its way is gone already. */
  async #insertAgain(timer: Timer | undefined, limits: readonly Limit[]): Promise<InsertOutcome> {
    const [outcome] = timer === undefined ? [] : await this.insert([timer], limits);
    if (outcome === undefined) throw new Error('there is no such timer to insert again');
    return outcome;
  }

  #overLimit(teamId: string, limits: readonly Limit[]): OverLimit | null {
    for (const { counter, max } of limits) {
      const used = Number(this.#used.get(teamId, counter)?.used ?? 0);
      if (used >= max) return { counter, used, max };
    }
    return null;
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

/** The inserts in their order: those within limits are other statements. */
function insertsOf(timers: readonly Timer[], limits: readonly Limit[]): Write[] {
  const writes: Write[] = [];
  for (const timer of timers) {
    const own = limitsFor(timer, [], limits);
    const row = [timer.id, timer.teamId, ...toColumns(timer), ...toBirthColumns(timer)];
    const sql = own.length === 0 ? INSERT : INSERT_WITHIN;
    const full = own.length === 0 ? row : [...row, ...roomOf(timer.teamId, own)];
    const last = writes.at(-1);
    if (last?.sql === sql) last.rows.push(full);
    else writes.push({ sql, rows: [full] });
  }
  return writes;
}

/** Those limits that a timer comes under which it was not under before. */
function limitsFor(timer: Timer, before: readonly string[], limits: readonly Limit[]): readonly Limit[] {
  if (limits.length === 0) return limits;
  const gained = placesOf(timer).filter((counter) => !before.includes(counter));
  return limits.filter(({ counter }) => gained.includes(counter));
}

/** Parameters of `HAS_ROOM`. */
function roomOf(teamId: string, limits: readonly Limit[]): string[] {
  return [JSON.stringify(limits.map(({ counter, max }) => ({ counter, max }))), teamId];
}

function changedMeanwhile(timerId: string): StorageUnavailable {
  return new StorageUnavailable(`Timer ${timerId} was removed at the same moment; try again`);
}

function toKey(row: Record<string, unknown>): TimerKey {
  return { teamId: String(row.team_id), timerId: String(row.id) };
}
