import type { StatementSync } from 'node:sqlite';
import { MAX_RUNNERS, type Registration, type RunnerRecord, type RunnerStore } from '@minoots/core';
import type { Database } from './database.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { Writer } from './writer.ts';

const PUT = 'INSERT OR REPLACE INTO runners (team_id, id, last_seen_at, doc) VALUES (?, ?, ?, ?)';
const SEEN = 'UPDATE runners SET last_seen_at = ? WHERE team_id = ? AND id = ?';
const DELETE = 'DELETE FROM runners WHERE team_id = ? AND id = ?';

/** Runners in SQLite, a row each. Changes of a team take their turns, so that its limit holds. */
export class SqliteRunnerStore implements RunnerStore {
  readonly #writer: Writer;
  readonly #locks = new KeyedLock();
  readonly #list: StatementSync;
  readonly #select: StatementSync;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#writer = writer;
    this.#list = read.prepare('SELECT doc, last_seen_at FROM runners WHERE team_id = ? ORDER BY id');
    this.#select = read.prepare('SELECT doc, last_seen_at FROM runners WHERE team_id = ? AND id = ?');
  }

  async list(teamId: string): Promise<RunnerRecord[]> {
    return this.#list.all(teamId).map(toRecord);
  }

  async get(teamId: string, id: string): Promise<RunnerRecord | null> {
    return this.#find(teamId, id);
  }

  register(teamId: string, { at, staleBefore, ...said }: Registration): Promise<RunnerRecord | 'too-many'> {
    return this.#locks.run(teamId, async () => {
      const before = this.#find(teamId, said.id);
      const runners = before === null ? await this.list(teamId) : [];
      const isFull = runners.length >= MAX_RUNNERS;
      const stale = runners.filter(({ lastSeenAt }) => isFull && lastSeenAt < staleBefore);
      if (runners.length - stale.length >= MAX_RUNNERS) return 'too-many';
      const runner = { ...said, registeredAt: before?.registeredAt ?? at, lastSeenAt: at };
      const { lastSeenAt, ...doc } = runner;
      await this.#writer.write([
        { sql: DELETE, rows: stale.map(({ id }) => [teamId, id]) },
        { sql: PUT, rows: [[teamId, said.id, lastSeenAt, JSON.stringify(doc)]] },
      ]);
      return runner;
    });
  }

  async seen(teamId: string, id: string, at: number): Promise<void> {
    await this.#writer.write([{ sql: SEEN, rows: [[at, teamId, id]] }]);
  }

  delete(teamId: string, id: string): Promise<RunnerRecord | null> {
    return this.#locks.run(teamId, async () => {
      const runner = this.#find(teamId, id);
      if (runner !== null) await this.#writer.write([{ sql: DELETE, rows: [[teamId, id]] }]);
      return runner;
    });
  }

  #find(teamId: string, id: string): RunnerRecord | null {
    const row = this.#select.get(teamId, id);
    return row === undefined ? null : toRecord(row);
  }
}

/** Rows are written by `register` alone. */
function toRecord({ doc, last_seen_at: lastSeenAt }: Record<string, unknown>): RunnerRecord {
  return { ...JSON.parse(String(doc)), lastSeenAt: Number(lastSeenAt) };
}
