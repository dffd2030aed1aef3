import type { StatementSync } from 'node:sqlite';
import type { CounterKey, Limit, QuotaLedger, Reconciliation, Recount, Window } from '@minoots/core';
import type { Database } from './database.ts';
import type { Writer } from './writer.ts';

const TAKE = `INSERT INTO quota_windows (team_id, counter, starts_at, ends_at, used) SELECT ?, ?, ?, ?, 1 WHERE ? > 0
  ON CONFLICT (team_id, counter, starts_at) DO UPDATE SET used = used + 1 WHERE used < ?`;
const PURGE = 'DELETE FROM quota_windows WHERE ends_at <= ?';
const COUNTED = `(SELECT count(*) FROM timers, json_each(timers.counts)
  WHERE timers.counts IS NOT NULL AND timers.team_id = counters.team_id AND value = counters.counter)`;
const KEEP = `INSERT INTO counters (team_id, counter, used) VALUES (?, ?, 0)
  ON CONFLICT (team_id, counter) DO NOTHING`;
const REPAIR = `UPDATE counters SET used = ${COUNTED} WHERE team_id = ? AND counter = ? AND used <> ${COUNTED}`;
const PUT_OFF = 'UPDATE counters SET check_at = ? WHERE team_id = ? AND counter = ?';
const FORGET = 'DELETE FROM counters WHERE team_id = ? AND counter = ? AND used = 0';

/**
 * Quotas in SQLite. Counters of timers are kept by triggers, so that whatever changes a timer changes them too; places in
 * windows are rows that count, and the writer thread lets no two takes overlap.
 */
export class SqliteQuotaLedger implements QuotaLedger {
  readonly #writer: Writer;
  readonly #used: StatementSync;
  readonly #taken: StatementSync;
  readonly #due: StatementSync;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#writer = writer;
    this.#used = read.prepare('SELECT used FROM counters WHERE team_id = ? AND counter = ?');
    this.#taken = read.prepare(
      'SELECT used FROM quota_windows WHERE team_id = ? AND counter = ? AND starts_at = ?',
    );
    this.#due = read.prepare(
      'SELECT team_id, counter FROM counters WHERE check_at <= ? ORDER BY check_at LIMIT ?',
    );
  }

  async take(
    { teamId, counter, window }: CounterKey & { window: Window },
    { max }: Pick<Limit, 'max'>,
  ): Promise<boolean> {
    const row = [teamId, counter, window.startsAt, window.endsAt, max, max];
    const [[taken] = []] = await this.#writer.write([{ sql: TAKE, rows: [row] }]);
    return taken === 1;
  }

  async usedIn({ teamId, counter, window }: CounterKey & { window: Window }): Promise<number> {
    return Number(this.#taken.get(teamId, counter, window.startsAt)?.used ?? 0);
  }

  async used({ teamId, counter }: CounterKey): Promise<number> {
    return Number(this.#used.get(teamId, counter)?.used ?? 0);
  }

  async reconcile(key: CounterKey, { checkAt, keepEmpty = false }: Reconciliation): Promise<Recount> {
    const row = [key.teamId, key.counter];
    const [, [repaired] = []] = await this.#writer.write([
      { sql: KEEP, rows: [row] },
      { sql: REPAIR, rows: [row] },
      { sql: PUT_OFF, rows: [[checkAt, ...row]] },
      { sql: FORGET, rows: keepEmpty ? [] : [row] },
    ]);
    return { used: await this.used(key), wasWrong: repaired === 1 };
  }

  async listToCheck(until: number, limit: number): Promise<CounterKey[]> {
    return this.#due
      .all(until, limit)
      .map((row) => ({ teamId: String(row.team_id), counter: String(row.counter) }));
  }

  /** Forgets windows that have ended by an instant, epoch ms. */
  async purge(now: number): Promise<void> {
    await this.#writer.write([{ sql: PURGE, rows: [[now]] }]);
  }
}
