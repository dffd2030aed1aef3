import { join } from 'node:path';

/** The folder of the whole checkout. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** A git-ignored folder for what is built or kept between runs. */
export const CACHE = join(ROOT, 'emulators', '.cache');
