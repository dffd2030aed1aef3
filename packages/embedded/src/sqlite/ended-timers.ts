import type { StatementSync } from 'node:sqlite';
import { InvalidPosition } from '@minoots/core';
import type { Database } from './database.ts';
import type { Writer } from './writer.ts';

/** Rows of one step, so that other writes get their turn in between. */
const STEP = 500;

/** One that others still wait for stays: they show what it did. */
const REMOVE = `DELETE FROM timers WHERE seq = ? AND settled_at < ? AND alarm_at IS NULL AND job_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM timer_parents CROSS JOIN timers AS child ON child.id = child_id AND child.team_id = timer_parents.team_id
  WHERE parent_id = timers.id AND timer_parents.team_id = timers.team_id AND child.status = 'waiting')`;

/** A step of a removal: how many went, and where the next step starts; null after the last. */
export interface RemovalStep {
  removed: number;
  next: string | null;
}

/** Timers of all teams that have ended and have nothing left to do. */
export class EndedTimers {
  readonly #writer: Writer;
  readonly #ended: StatementSync;
  readonly #nextTeam: StatementSync;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#writer = writer;
    this.#ended = read.prepare(
      `SELECT seq, settled_at FROM timers WHERE team_id = ? AND settled_at IS NOT NULL AND alarm_at IS NULL AND job_at IS NULL
       AND (settled_at, seq) > (?, ?) AND settled_at < ? ORDER BY settled_at, seq LIMIT ${STEP}`,
    );
    this.#nextTeam = read.prepare(
      `SELECT team_id FROM timers INDEXED BY timers_by_end WHERE settled_at IS NOT NULL AND alarm_at IS NULL AND team_id > ?
       ORDER BY team_id LIMIT 1`,
    );
  }

  /** The teams that have some, in the order of their ids. */
  *teams(): Generator<string> {
    for (let last = ''; ; ) {
      const row = this.#nextTeam.get(last);
      if (row === undefined) return;
      last = String(row.team_id);
      yield last;
    }
  }

  /**
   * Removes some of a team's that ended before an instant, epoch ms, earliest first. One that is redelivered at that moment
   * stays.
   * @param after `next` of the step before
   * @throws StorageUnavailable
   */
  async removeSome(teamId: string, before: number, after: string | null): Promise<RemovalStep> {
    // Rows count from 1, so this position is before all of them.
    const [, at, seq] = /^(-?\d+)\.(\d+)$/.exec(after ?? `${Number.MIN_SAFE_INTEGER}.0`) ?? [];
    if (at === undefined || seq === undefined)
      throw new InvalidPosition(`${after} is not a position in the ended timers`);
    const rows = this.#ended.all(teamId, Number(at), Number(seq), before);
    const last = rows.at(-1);
    if (last === undefined) return { removed: 0, next: null };
    const [changes = []] = await this.#writer.write([
      { sql: REMOVE, rows: rows.map((row) => [Number(row.seq), before]) },
    ]);
    return {
      removed: changes.reduce((sum, changed) => sum + changed, 0),
      next: rows.length < STEP ? null : `${last.settled_at}.${last.seq}`,
    };
  }
}
