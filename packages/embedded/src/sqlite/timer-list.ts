import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { InvalidPosition, type TimerFilter, type TimerPage } from '@minoots/core';
import { fromDoc } from './timer-rows.ts';

/** Rows one page looks at before it answers with what it found, so that a rare match cannot hold up the process. */
const SCAN_ROWS = 5_000;

interface Clause {
  sql: string;
  values: SQLInputValue[];
}

/** One page of a team's timers, newest first; a position is the `seq` of the last row looked at. */
export function listTimers(
  db: DatabaseSync,
  teamId: string,
  filter: TimerFilter,
  limit: number,
  after?: string,
): TimerPage {
  const before = readPosition(after);
  const where = conditions(filter);
  const bound = isAnsweredByIndex(filter) ? limit + 1 : SCAN_ROWS;
  const candidates = newestRows(teamId, filter, before, bound);
  const sql = `SELECT seq, doc FROM timers WHERE seq IN (SELECT seq FROM (${candidates.sql}))${where.sql} ORDER BY seq DESC LIMIT ?`;
  const rows = db.prepare(sql).all(...candidates.values, ...where.values, limit + 1);
  const page = rows.slice(0, limit);
  const timers = page.map((row) => fromDoc(row.doc));
  if (rows.length > limit) return { timers, next: String(page.at(-1)?.seq) };
  return { timers, next: endOfScan(db, candidates, bound) };
}

/** Where a scan stopped that ran into its bound; null when it saw everything. */
function endOfScan(db: DatabaseSync, { sql, values }: Clause, bound: number): string | null {
  const scanned = db.prepare(`SELECT count(*) AS count, min(seq) AS last FROM (${sql})`).get(...values);
  return Number(scanned?.count ?? 0) < bound ? null : String(scanned?.last);
}

/** Whether the rows that `newestRows` gives are the answer, with nothing left to filter. */
function isAnsweredByIndex({ agentId, statuses, hasExhausted, ...others }: TimerFilter): boolean {
  const indexed = [agentId, statuses, hasExhausted].filter((value) => value !== undefined);
  return Object.keys(others).length === 0 && indexed.length <= 1;
}

/** The newest rows that the best index gives, at most `bound` of them. */
function newestRows(
  teamId: string,
  { agentId, statuses, hasExhausted }: TimerFilter,
  before: number,
  bound: number,
): Clause {
  const tail = `ORDER BY seq DESC LIMIT ${bound}`;
  if (hasExhausted) {
    return {
      sql: `SELECT seq FROM timers WHERE exhausted = 1 AND team_id = ? AND seq < ? ${tail}`,
      values: [teamId, before],
    };
  }
  if (agentId !== undefined) {
    return {
      sql: `SELECT seq FROM timers WHERE agent_id = ? AND team_id = ? AND seq < ? ${tail}`,
      values: [agentId, teamId, before],
    };
  }
  if (statuses !== undefined) {
    const each = `SELECT * FROM (SELECT seq FROM timers WHERE status = ? AND team_id = ? AND seq < ? ${tail})`;
    return {
      sql: `SELECT seq FROM (${statuses.map(() => each).join(' UNION ALL ')}) ${tail}`,
      values: statuses.flatMap((status) => [status, teamId, before]),
    };
  }
  // The plus keeps SQLite on the primary key, whose order is the wanted one.
  return { sql: `SELECT seq FROM timers WHERE seq < ? AND +team_id = ? ${tail}`, values: [before, teamId] };
}

function conditions(filter: TimerFilter): Clause {
  const clauses: Clause[] = [];
  const add = (sql: string, ...values: SQLInputValue[]) => clauses.push({ sql: ` AND ${sql}`, values });
  if (filter.statuses !== undefined)
    add(`status IN (${filter.statuses.map(() => '?').join(', ')})`, ...filter.statuses);
  if (filter.agentId !== undefined) add('agent_id = ?', filter.agentId);
  if (filter.name !== undefined) add('name = ?', filter.name);
  if (filter.fireBefore !== undefined) add('fire_at < ?', filter.fireBefore);
  if (filter.fireAfter !== undefined) add('fire_at >= ?', filter.fireAfter);
  if (filter.settledBefore !== undefined) add('settled_at < ?', filter.settledBefore);
  for (const [key, value] of Object.entries(filter.labels ?? {})) {
    add(
      "EXISTS (SELECT 1 FROM json_each(doc, '$.labels') WHERE json_each.key = ? AND json_each.value = ?)",
      key,
      value,
    );
  }
  return { sql: clauses.map(({ sql }) => sql).join(''), values: clauses.flatMap(({ values }) => values) };
}

function readPosition(after: string | undefined): number {
  if (after === undefined) return Number.MAX_SAFE_INTEGER;
  if (!/^\d{1,15}$/.test(after)) throw new InvalidPosition(`${after} is not a position in the timers`);
  return Number(after);
}
