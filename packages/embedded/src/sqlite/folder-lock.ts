import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DataFolderError } from './database.ts';

/** Another process has the data folder open. */
export class FolderInUse extends DataFolderError {}

/**
 * Holds the data folder for this process until `release`, or until the process ends in any way: the lock is an SQLite
 * file lock, which the operating system drops with the process, so a crash leaves nothing stale behind.
 * @throws FolderInUse, or DataFolderError where the folder cannot be written
 */
export function lockFolder(folder: string): { release(): void } {
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    lock = new DatabaseSync(join(folder, 'lock'));
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
  } catch (error) {
    lock?.close();
    const reason = error instanceof Error ? error.message : String(error);
    if (!/locked|busy/i.test(reason)) throw unusableFolder(folder, reason);
    throw new FolderInUse(
      `${folder} is in use by another MINOOTS process. Use that one, stop it, or set MINOOTS_HOME to another folder.`,
    );
  }
  const held = lock;
  return { release: () => held.close() };
}

/** The refusal of a folder that cannot be written. */
export function unusableFolder(folder: string, reason: string): DataFolderError {
  return new DataFolderError(
    `${folder} cannot be used as a data folder (${reason}). Make it writable and leave room on its disk, or set MINOOTS_HOME to another folder.`,
  );
}
