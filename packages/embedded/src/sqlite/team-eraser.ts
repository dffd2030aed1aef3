import type { StatementSync } from 'node:sqlite';
import { TimerStatus } from '@minoots/contract';
import type { TeamEraser } from '@minoots/core';
import type { Database } from './database.ts';
import type { Writer } from './writer.ts';

interface Part {
  table: string;
  /** Which rows are a team's, with its id as `?1`. */
  where: string;
  /** What tells a row of the table from all others. */
  key: string;
}

const part = (table: string, key = 'rowid', where = 'team_id = ?1'): Part => ({ table, key, where });
const STATUSES = TimerStatus.options.map((status) => `'${status}'`).join(', ');

/**
 * What a team owns, table by table: first what lets somebody in, then what makes something, then all that comes of it. Rows
 * that triggers keep go with what they are kept for.
 */
const PARTS: readonly Part[] = [
  part('api_keys'),
  part('shares', 'rowid', 'owner_team_id = ?1'),
  part('shares', 'rowid', 'guest_team_id = ?1'),
  part('schedules'),
  // There is no index of the team alone, and all statuses are the whole of the one that begins with them.
  part('timers', 'rowid', `status IN (${STATUSES}) AND team_id = ?1`),
  part('messages'),
  part('message_acks', 'message_id, team_id, agent_id'),
  part('runners'),
  part('endpoints', 'team_id, id'),
  part('context'),
  part('secrets'),
  part('signing_secrets'),
  part('budgets'),
  part('counters'),
  part('quota_windows', 'team_id, counter, starts_at'),
  part('timer_parents', 'parent_id, team_id, child_id'),
  part('idempotency', 'team_id, key'),
  part('audit'),
];

/** Erases what teams owned in SQLite, a part of one table at a time, so that other writes get their turn in between. */
export class SqliteTeamEraser implements TeamEraser {
  readonly #writer: Writer;
  readonly #parts: readonly { isThere: StatementSync; remove: string }[];

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#writer = writer;
    this.#parts = PARTS.map(({ table, key, where }) => ({
      isThere: read.prepare(`SELECT 1 FROM ${table} WHERE ${where} LIMIT 1`),
      remove: `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${where} LIMIT ?2)`,
    }));
  }

  async eraseSome(teamId: string, limit: number): Promise<number> {
    const found = this.#parts.find(({ isThere }) => isThere.get(teamId) !== undefined);
    if (found === undefined) return 0;
    const [[erased = 0] = []] = await this.#writer.write([{ sql: found.remove, rows: [[teamId, limit]] }]);
    // Somebody else may have erased it meanwhile; whether anything is left the next call tells.
    return Math.max(1, erased);
  }
}
