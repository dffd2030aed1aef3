import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { codeOf, Refused } from '../failure.ts';

/** Where a file lies below an allowed folder, free of symbolic links as far as they were there when it was looked for. */
export interface Place {
  /** Real path of the allowed folder. */
  readonly root: string;
  /** Names of the folders below it that lead to the file; the last ones need not exist. */
  readonly folders: readonly string[];
  readonly name: string;
}

const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?$/i;

/**
 * The place of a file inside one of the allowed folders.
 * @param allowed absolute paths; a relative `file` counts from the first
 * @throws Refused when it is outside, by its name or by a symbolic link on the way
 */
export async function findPlace(allowed: readonly string[], file: string): Promise<Place> {
  const [first] = allowed;
  if (first === undefined) throw new Refused('no folder is allowed');
  checkName(file);
  const target = resolve(first, file);
  const folder = isAbsolute(file)
    ? allowed.find((candidate) => isInside(candidate, target))
    : [first].find((candidate) => isInside(candidate, target));
  if (folder === undefined) throw new Refused(`${file} is outside of the allowed folders`);
  const root = await realpath(folder);
  const real = await realPathOf(join(root, relative(folder, target)), file);
  if (!isInside(root, real)) throw new Refused(`a symbolic link leads ${file} out of the allowed folder`);
  const steps = relative(root, real).split(sep);
  return { root, folders: steps.slice(0, -1), name: steps.at(-1) ?? '' };
}

/** Whether a path lies below a folder by its text; both absolute. The folder itself does not. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function checkName(file: string): void {
  if (file.includes('\0')) throw new Refused('the name of the file holds a NUL character');
  if (file === '' || /[/\\]\.{0,2}$/.test(file)) throw new Refused(`"${file}" names no file`);
  if (process.platform !== 'win32') return;
  const names = file.replace(/^[a-z]:/i, '').split(/[/\\]/);
  if (names.some((name) => WINDOWS_DEVICE.test(name) || name.includes(':')))
    throw new Refused(`${file} names a device or a stream`);
}

/** The path without symbolic links: that of the deepest part which exists, and the rest as it stands. */
async function realPathOf(path: string, file: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ELOOP') throw new Refused(`symbolic links on the way to ${file} lead to each other`);
    if (code !== 'ENOENT') throw error;
  }
  const isDangling = await lstat(path).then(
    () => true,
    () => false,
  );
  if (isDangling) throw new Refused(`a symbolic link on the way to ${file} leads nowhere`);
  return join(await realPathOf(dirname(path), file), basename(path));
}
