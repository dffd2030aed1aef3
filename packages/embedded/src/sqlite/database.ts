import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MIGRATIONS } from './migrations.ts';

const FILE = 'minoots.db';
/** Page cache in KiB: holds the inner pages and recent leaves of the indexes over a million timers. */
const CACHE_KIB = 65_536;
/** Checkpoint after so many pages of 4 KiB in the log; larger ones block the event loop for longer at a time. */
const CHECKPOINT_PAGES = 1_000;

/** The data folder cannot be used as it is; the message says why and what to do. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

/** An open database and the path of its write-ahead log. */
export interface Database {
  db: DatabaseSync;
  walPath: string;
}

/**
 * Opens the data folder's database, brings its schema up to date and checks that it can be read.
 * `synchronous=NORMAL` makes SQLite sync the log only around checkpoints; `GroupCommit` syncs it before each reply.
 * @throws DataFolderError when it is corrupt, of a newer version, or not writable
 */
export function openDatabase(folder: string): Database {
  const path = join(folder, FILE);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const db = new DatabaseSync(path);
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA cache_size = -${CACHE_KIB};
      PRAGMA temp_store = MEMORY;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
    `);
    migrate(db, path);
    proveReadable(db);
    syncFolder(folder);
    return { db, walPath: `${path}-wal` };
  } catch (error) {
    throw explain(error, path);
  }
}

function migrate(db: DatabaseSync, path: string): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  if (version > MIGRATIONS.length) {
    throw new DataFolderError(
      `${path} was written by a newer version of MINOOTS (schema ${version}; this one knows ${MIGRATIONS.length}). ` +
        'Upgrade MINOOTS, or point MINOOTS_HOME at another folder.',
    );
  }
  for (const [index, script] of MIGRATIONS.entries()) {
    if (index < version) continue;
    db.exec(`BEGIN IMMEDIATE; ${script}; PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}

/** Touches each table and index, so that damage to their roots shows now and not at the first request. */
function proveReadable(db: DatabaseSync): void {
  db.prepare(
    'SELECT max(seq), (SELECT min(alarm_at) FROM timers), (SELECT max(id) FROM timers) FROM timers',
  ).get();
  db.prepare('SELECT count(*) FROM api_keys').get();
  db.prepare('SELECT min(claimed_at) FROM idempotency').get();
  db.exec('BEGIN IMMEDIATE; ROLLBACK;');
}

/** Makes the names of newly created files durable. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function explain(error: unknown, path: string): unknown {
  if (error instanceof DataFolderError || !(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  const why = 'errstr' in error ? String(error.errstr) : error.message;
  if (/not a database|malformed|corrupt/i.test(`${why} ${error.message}`)) {
    return new DataFolderError(
      `${path} is damaged (${error.message}). Nothing was changed. Restore it from a backup, or move it away to begin anew.`,
    );
  }
  if (
    /^E(ACCES|PERM|ROFS|NOSPC|NOTDIR|EXIST)$/.test(code) ||
    /readonly|unable to open|full|disk I\/O/i.test(`${why} ${error.message}`)
  ) {
    return new DataFolderError(
      `${path} cannot be written (${error.message}). Make the folder writable and leave room on its disk, or set MINOOTS_HOME to another folder.`,
    );
  }
  return error;
}
