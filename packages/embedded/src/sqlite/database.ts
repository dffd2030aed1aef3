import { closeSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MIGRATIONS } from './migrations.ts';
import { Writer } from './writer.ts';

/** Name of the database in the data folder. */
export const DATABASE_FILE = 'minoots.db';
/** Size of the smallest page of SQLite, which holds the header. */
const MIN_DATABASE_BYTES = 512;
/** Page cache of the reading side in KiB; the writer has its own. */
const READ_CACHE_KIB = 16_384;

/** The data folder cannot be used as it is; the message says why and what to do. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

/** An open database: a connection of the main thread to read by, and the writer. */
export interface Database {
  read: DatabaseSync;
  writer: Writer;
  close(): Promise<void>;
}

/**
 * Opens the data folder's database, brings its schema up to date and checks that it can be read and written.
 * @param onTrouble told when writes begin to fail, and with null when they succeed again
 * @throws DataFolderError when it is corrupt, of a newer version, or not writable
 */
export function openDatabase(
  folder: string,
  onTrouble: (trouble: string | null) => void = () => {},
): Database {
  const path = join(folder, DATABASE_FILE);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    refuseStump(path);
    // SQLite gives the log the mode of the database, so this keeps timers and secrets to the owner.
    closeSync(openSync(path, 'a', 0o600));
    const read = new DatabaseSync(path);
    read.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -${READ_CACHE_KIB};`,
    );
    migrate(read, path);
    proveUsable(read);
    read.exec('PRAGMA query_only = ON');
    syncFolder(folder);
    const writer = new Writer({ path }, onTrouble);
    return {
      read,
      writer,
      close: async () => {
        await writer.close();
        read.close();
      },
    };
  } catch (error) {
    throw explain(error, path);
  }
}

/** SQLite takes a file without a whole header for a new database. Nothing but damage leaves one that short. */
function refuseStump(path: string): void {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const logBytes = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  const isStump = bytes < MIN_DATABASE_BYTES && bytes + logBytes > 0;
  if (isStump) throw damaged(path, `it was cut to ${bytes} bytes`);
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
function proveUsable(db: DatabaseSync): void {
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
    return damaged(path, error.message);
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

function damaged(path: string, reason: string): DataFolderError {
  return new DataFolderError(
    `${path} is damaged (${reason}). Nothing was changed. Restore it from a backup, or move it away to begin anew.`,
  );
}
