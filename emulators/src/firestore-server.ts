import { join } from 'node:path';
import { type Child, startChild } from './processes/child.ts';
import { ROOT } from './root.ts';

const ENTRY = join(import.meta.dirname, 'firestore', 'main.ts');

/** Starts an emulator of Firestore, with no documents yet, that listens on a port of 127.0.0.1. */
export function startFirestore(port: number, logFile: string): Promise<Child> {
  return Promise.resolve(
    startChild({
      name: 'Firestore emulator',
      command: process.execPath,
      args: [ENTRY],
      cwd: ROOT,
      env: { ...process.env, HOST: '127.0.0.1', PORT: String(port) },
      logFile,
    }),
  );
}
