import { constants, existsSync } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, Refused } from '../failure.ts';
import type { Place } from './place.ts';

/** A folder that was reached without following any symbolic link. */
export interface OpenFolder {
  /** Path of something in it, for the next system call. */
  entry(name: string): string;
  /** @throws Refused when the folder is no longer where it was found */
  recheck(): Promise<void>;
  /** Makes changes of names in it durable, where the system can. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Linux has no race here: each folder is opened from the one before by `/proc/self/fd`, without following links, so a
 * name that becomes a link in between is refused. Elsewhere Node can only name files by their path: somebody who
 * swaps a folder for a link between the check and the call that follows gets by, though `recheck` sees it mostly.
 */
const HANDLES = '/proc/self/fd';
const hasHandles = process.platform === 'linux' && existsSync(HANDLES);
const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;

/** Goes to the folder of a place, making the folders that are missing. @throws Refused at a symbolic link */
export async function openFolder({ root, folders }: Place): Promise<OpenFolder> {
  let current = await openAt(root);
  for (const name of folders) {
    const path = current.entry(name);
    try {
      const next = await openAt(path).catch(async (error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error;
        await make(path);
        return openAt(path);
      });
      await current.close();
      current = next;
    } catch (error) {
      await current.close();
      throw error;
    }
  }
  return current;
}

async function make(path: string): Promise<void> {
  await mkdir(path).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
}

async function openAt(path: string): Promise<OpenFolder> {
  if ((await lstat(path)).isSymbolicLink())
    throw new Refused('a folder on the way has become a symbolic link');
  return hasHandles ? byHandle(await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)) : byPath(path);
}

function byHandle(handle: FileHandle): OpenFolder {
  return {
    entry: (name) => join(HANDLES, String(handle.fd), name),
    recheck: async () => {},
    sync: () => handle.sync(),
    close: () => handle.close(),
  };
}

function byPath(path: string): OpenFolder {
  return {
    entry: (name) => join(path, name),
    async recheck() {
      if ((await realpath(path)) !== path)
        throw new Refused('a folder on the way has become a symbolic link');
    },
    sync: async () => {},
    close: async () => {},
  };
}
