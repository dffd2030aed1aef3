import { fileURLToPath } from 'node:url';

/** The MINOOTS server's entry file, run from its sources. */
export const SERVER_ENTRY = fileURLToPath(new URL('../../../packages/embedded/src/main.ts', import.meta.url));
