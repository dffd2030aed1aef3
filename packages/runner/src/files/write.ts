import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises';
import { codeOf, Refused } from '../failure.ts';
import { type OpenFolder, openFolder } from './open-folder.ts';
import { findPlace, type Place } from './place.ts';

export interface FileWrite {
  /** Relative to the first allowed folder, or absolute and inside one. */
  readonly file: string;
  readonly content: string;
  readonly append: boolean;
}

const { O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
const NEW_FILE_MODE = 0o666;

/**
 * Writes a file inside the allowed folders, and makes it durable. Missing folders are made. A file is replaced as a whole:
 * whoever reads it sees the old or the new content. It keeps its mode.
 * @param draft name, unique to this write, of the file beside it that becomes it
 * @throws Refused when the file is, or would be, outside; or an error of the system
 */
export async function writeInside(
  allowed: readonly string[],
  write: FileWrite,
  draft: string,
): Promise<void> {
  await writeAt(await findPlace(allowed, write.file), write, draft);
}

/** The same for a place that was found before. */
export async function writeAt(place: Place, write: FileWrite, draft: string): Promise<void> {
  const folder = await openFolder(place);
  try {
    if (write.append) await append(folder, place.name, write.content);
    else await replace(folder, place.name, write.content, draft);
  } finally {
    await folder.close();
  }
}

async function append(folder: OpenFolder, name: string, content: string): Promise<void> {
  const flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
  const file = await open(folder.entry(name), flags, NEW_FILE_MODE).catch(explain);
  await filling(file, async () => {
    expectFile(await file.stat());
    await folder.recheck();
    await file.appendFile(content);
  });
  await folder.sync();
}

async function replace(folder: OpenFolder, name: string, content: string, draft: string): Promise<void> {
  const [target, path] = [folder.entry(name), folder.entry(draft)];
  const existing = await lstat(target).catch(() => null);
  if (existing !== null) expectFile(existing);
  // One that a crash left in the middle of the same write.
  await rm(path, { force: true });
  const file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, NEW_FILE_MODE);
  try {
    await filling(file, async () => {
      await folder.recheck();
      if (existing !== null) await file.chmod(existing.mode & 0o777);
      await file.writeFile(content);
    });
    await rename(path, target);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  await folder.sync();
}

async function filling(file: FileHandle, fill: () => Promise<void>): Promise<void> {
  try {
    await fill();
    await file.sync();
  } finally {
    await file.close();
  }
}

function expectFile(stats: Stats): void {
  if (stats.isSymbolicLink()) throw new Refused('the file has become a symbolic link');
  if (!stats.isFile())
    throw new Refused(`the name belongs to ${stats.isDirectory() ? 'a folder' : 'a device'}`);
}

function explain(error: unknown): never {
  if (codeOf(error) === 'ELOOP') throw new Refused('the file has become a symbolic link');
  // Nobody reads from a named pipe, or it is a socket.
  if (codeOf(error) === 'ENXIO') throw new Refused('the name belongs to a device');
  if (codeOf(error) === 'EISDIR') throw new Refused('the name belongs to a folder');
  throw error;
}
