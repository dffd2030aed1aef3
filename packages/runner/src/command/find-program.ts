import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';

const USUAL_PATH = '/usr/local/bin:/usr/bin:/bin';

/**
 * The file of a program: a name is looked for in the folders of `path`, and what has a slash is a path from `cwd` on.
 * @returns its absolute path, or null where there is none that may be run
 */
export async function findProgram(
  name: string,
  path: string | undefined,
  cwd: string,
): Promise<string | null> {
  if (name === '') return null;
  const folders = name.includes('/') ? [''] : (path ?? USUAL_PATH).split(delimiter);
  for (const folder of folders) {
    const file = resolve(cwd, join(folder, name));
    if (await isProgram(file)) return file;
  }
  return null;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
