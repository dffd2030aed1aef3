import { randomInt } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { RunnerId } from '@minoots/contract';
import { messageOf } from '../failure.ts';
import { type Journal, openJournal } from './journal.ts';

/** What a runner keeps from one start to the next; held by one process at a time. */
export interface RunnerState {
  readonly id: string;
  readonly journal: Journal;
  /** Lets another process have it. */
  release(): void;
}

/** Another process has the state of this runner. */
export class RunnerInUse extends Error {
  override readonly name = 'RunnerInUse';
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_CHARACTERS = 22;

/**
 * Opens the state in a folder, which is made when it is missing.
 * @param fixedId unless given, an id is made at the first start and kept
 * @throws RunnerInUse, or an error of the system
 */
export async function openRunnerState(folder: string, fixedId?: string): Promise<RunnerState> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = lockFolder(folder);
  try {
    const id = fixedId ?? (await keptId(join(folder, 'id')));
    return { id, journal: await openJournal(join(folder, 'jobs')), release: () => lock.close() };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** A file lock of SQLite's: the system drops it with the process, however that ends. */
function lockFolder(folder: string): DatabaseSync {
  const lock = new DatabaseSync(join(folder, 'lock'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
    return lock;
  } catch (error) {
    lock.close();
    const reason = messageOf(error);
    if (!/locked|busy/i.test(reason)) throw error;
    throw new RunnerInUse(`${folder} is in use: another runner of this name is running on this machine`);
  }
}

async function keptId(path: string): Promise<string> {
  const kept = RunnerId.safeParse((await readFile(path, 'utf8').catch(() => '')).trim());
  if (kept.success) return kept.data;
  const made = `run_${Array.from({ length: RANDOM_CHARACTERS }, () => BASE62.charAt(randomInt(BASE62.length))).join('')}`;
  await writeFile(`${path}.new`, `${made}\n`, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
  return made;
}
