import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { WriteOutcome, WriterSettings, WriteUnit } from './writer-protocol.ts';

/**
 * The thread that owns all writing: everything that waits is committed as one group, with one sync of the log, while
 * the main thread goes on. `synchronous=FULL` makes COMMIT return only when the group is durable, and readers see it
 * only then.
 */

/** Page cache in KiB: holds the inner pages and recent leaves of the indexes over a million timers. */
const CACHE_KIB = 65_536;
/**
 * Pages of the log (4 KiB each) at which it is folded into the database. Commits wait meanwhile. With a million timers
 * each fold rewrites random pages of the index of ids, so folding seldom is what keeps creates at 96 % of the rate of
 * an empty store (61 % at SQLite's 1,000); the price is a log of 64 MiB and a longest wait of about 100 ms.
 */
const CHECKPOINT_PAGES = 16_000;

type Message = WriteUnit[] | 'close';

const port = parentPort;
if (port === null) throw new Error('the writer runs as a worker thread');
const { path }: WriterSettings = workerData;
const db = new DatabaseSync(path);
db.exec(`
  PRAGMA synchronous = FULL;
  PRAGMA cache_size = -${CACHE_KIB};
  PRAGMA temp_store = MEMORY;
  PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
`);
const statements = new Map<string, StatementSync>();

port.on('message', (first: Message) => {
  const group: WriteUnit[] = [];
  let message: Message | undefined = first;
  while (message !== undefined && message !== 'close') {
    group.push(...message);
    const next: { message: Message } | undefined = receiveMessageOnPort(port);
    message = next?.message;
  }
  if (group.length > 0) port.postMessage(commit(group));
  if (message !== 'close') return;
  db.close();
  port.close();
});

function commit(group: readonly WriteUnit[]): WriteOutcome[] {
  try {
    db.exec('BEGIN IMMEDIATE');
    const outcomes = group.map(({ id, writes }) => ({
      id,
      changes: writes.map(({ sql, rows }) => runRows(prepared(sql), rows)),
    }));
    db.exec('COMMIT');
    return outcomes;
  } catch (error) {
    // A full disk makes SQLite roll back by itself.
    if (db.isTransaction) db.exec('ROLLBACK');
    const reason = error instanceof Error ? error.message : String(error);
    return group.map(({ id }) => ({ id, error: reason }));
  }
}

function runRows(statement: StatementSync, rows: WriteUnit['writes'][number]['rows']): number[] {
  return rows.map((row) => Number(statement.run(...row).changes));
}

function prepared(sql: string): StatementSync {
  const known = statements.get(sql);
  if (known !== undefined) return known;
  const statement = db.prepare(sql);
  statements.set(sql, statement);
  return statement;
}
