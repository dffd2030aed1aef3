import { spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { modulePath } from '../module-path.ts';
import { daemonPaths } from './paths.ts';

const MAX_LOG_BYTES = 5 * 1024 * 1024;
/** As `npm start` runs the server: heaps (MiB) that keep it below 400 MB with a million timers pending. */
const NODE_ARGS = ['--max-semi-space-size=16', '--max-old-space-size=1536'];

/** How a launched server ended, when it ended. */
export interface Launched {
  /** Resolves with the exit code; null for a signal or when it could not be started at all. */
  readonly ended: Promise<number | null>;
  /** Where in `daemon.log` it begins to write, in bytes. */
  readonly logOffset: number;
}

/**
 * Starts a server for this data folder, in a process group of its own, so that neither the end of this process
 * nor that of the terminal stops it. What it says goes to `daemon.log`.
 */
export function launchDaemon(home: string): Launched {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  rotateLog(home);
  const log = openSync(daemonPaths(home).log, 'a', 0o600);
  const logOffset = fstatSync(log).size;
  const child = spawn(process.execPath, [...NODE_ARGS, modulePath('daemon/entry')], {
    cwd: home,
    detached: true,
    env: { ...process.env, ...serverEnvironment(home) },
    stdio: ['ignore', log, log],
    windowsHide: true,
  });
  closeSync(log);
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
    child.once('error', () => resolve(null));
  });
  child.unref();
  return { ended, logOffset };
}

// An ephemeral port never collides, not with another data folder's server nor with the PORT of somebody's web app. Only
// the key in the data folder: one from this terminal would lock out the next one. No NODE_OPTIONS: what a debugger or a
// test runner loads into the program that happens to come first does not belong into the server.
function serverEnvironment(home: string): NodeJS.ProcessEnv {
  return { MINOOTS_HOME: home, PORT: '0', HOST: '127.0.0.1', MINOOTS_API_KEY: '', NODE_OPTIONS: '' };
}

// Several clients may do this at once: whoever comes second finds the log small, or gone.
function rotateLog(home: string): void {
  const { log, oldLog } = daemonPaths(home);
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) < MAX_LOG_BYTES) return;
  try {
    renameSync(log, oldLog);
  } catch {
    // Another client was faster.
  }
}
