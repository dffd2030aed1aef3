import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Path of a Chromium of this machine: the one that MINOOTS_CHROMIUM names, or one on the PATH; null where there is none. */
export function findChromium({ MINOOTS_CHROMIUM, PATH = '' }: NodeJS.ProcessEnv): string | null {
  if (MINOOTS_CHROMIUM) return MINOOTS_CHROMIUM;
  const paths = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return paths.find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
