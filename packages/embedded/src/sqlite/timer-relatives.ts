import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DependentPage, EndpointKey, FollowerRange, TimerKey, TimerPage } from '@minoots/core';
import { fromDoc } from './timer-rows.ts';

/** Comes before every id. */
const BEFORE_ALL = '';

/** Which timers follow from which, in the order of their ids. */
export class TimerRelatives {
  readonly #waiting: StatementSync;
  readonly #children: StatementSync;
  readonly #postponed: StatementSync;

  constructor(read: DatabaseSync) {
    this.#postponed = read.prepare(
      `SELECT id FROM timers WHERE postponed IS NOT NULL AND team_id = ? AND id > ?
       AND EXISTS (SELECT 1 FROM json_each(postponed) WHERE value = ?) ORDER BY id LIMIT ?`,
    );
    // A cross join keeps SQLite from beginning with all timers that wait.
    this.#waiting = read.prepare(
      `SELECT child_id FROM timer_parents CROSS JOIN timers ON timers.id = child_id AND timers.team_id = timer_parents.team_id
       WHERE parent_id = ? AND timer_parents.team_id = ? AND child_id > ? AND status = 'waiting' ORDER BY child_id LIMIT ?`,
    );
    this.#children = read.prepare(
      `SELECT id, doc FROM timers WHERE team_id = ? AND id IN (
         SELECT child_id FROM timer_parents WHERE parent_id = ? AND team_id = ? AND child_id > ?
         UNION SELECT id FROM timers WHERE made_by = ? AND team_id = ? AND id > ?
       ) ORDER BY id LIMIT ?`,
    );
  }

  /** Timers with deliveries that wait for an endpoint. */
  listPostponed({ teamId, endpointId }: EndpointKey, { limit, after }: FollowerRange): DependentPage {
    const rows = this.#postponed.all(teamId, after ?? BEFORE_ALL, endpointId, limit);
    const timerIds = rows.map((row) => String(row.id));
    return { timerIds, next: timerIds.length < limit ? null : (timerIds.at(-1) ?? null) };
  }

  listDependents({ teamId, timerId }: TimerKey, { limit, after }: FollowerRange): DependentPage {
    const rows = this.#waiting.all(timerId, teamId, after ?? BEFORE_ALL, limit);
    const timerIds = rows.map((row) => String(row.child_id));
    return { timerIds, next: timerIds.length < limit ? null : (timerIds.at(-1) ?? null) };
  }

  listChildren({ teamId, timerId }: TimerKey, { limit, after }: FollowerRange): TimerPage {
    const key = [timerId, teamId, after ?? BEFORE_ALL] as const;
    const rows = this.#children.all(teamId, ...key, ...key, limit);
    const last = rows.at(-1);
    const next = last === undefined || rows.length < limit ? null : String(last.id);
    return { timers: rows.map((row) => fromDoc(row.doc)), next };
  }
}
