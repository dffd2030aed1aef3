import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DataFolderError } from './database.ts';

/** Another process has the data folder open. */
export class FolderInUse extends DataFolderError {}

/**
 * Holds the data folder for this process until `release`, or until the process ends in any way: the lock is an SQLite
 * file lock, which the operating system drops with the process, so a crash leaves nothing stale behind.
 * @throws FolderInUse
 */
export function lockFolder(folder: string): { release(): void } {
  const lock = openLock(folder);
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
  } catch (error) {
    lock.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) {
      throw new FolderInUse(
        `${folder} is in use by another MINOOTS process. Use that one, stop it, or set MINOOTS_HOME to another folder.`,
      );
    }
    throw error;
  }
  return { release: () => lock.close() };
}

function openLock(folder: string): DatabaseSync {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return new DatabaseSync(join(folder, 'lock'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataFolderError(
      `${folder} cannot be used as a data folder (${reason}). Set MINOOTS_HOME to a folder you can write.`,
    );
  }
}
