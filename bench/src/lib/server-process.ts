import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { until } from './until.ts';

/** What to start a MINOOTS server with. */
export interface ServerSettings {
  /** Entry file, run by this same Node. */
  readonly entry: string;
  /** Data folder; made when it is missing. */
  readonly home: string;
  /** At least 20 characters. */
  readonly apiKey: string;
  readonly nodeArgs?: readonly string[];
}

/** A MINOOTS server in a child process. */
export interface ServerProcess {
  readonly pid: number;
  /** Base URL without a slash at the end, and milliseconds from launch, once `/readyz` answered 200. Rejects when the process ended before, or after a minute. */
  readonly ready: Promise<{ url: string; afterMs: number }>;
  isRunning(): boolean;
  /** Sends the signal and waits until the process is gone. */
  stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

const LOG_FILE = 'server.log';
/** As `npm start` runs the server. */
const NODE_ARGS = ['--max-semi-space-size=16', '--max-old-space-size=1536'];
const LOG_TAIL_CHARACTERS = 1_000;
const READY_TIMEOUT_MS = 60_000;
const ServerFile = z.object({ url: z.string(), pid: z.number() });

/** Starts a server on an ephemeral port. Its output goes to `server.log` in `home`. */
export function launchServer(settings: ServerSettings): ServerProcess {
  mkdirSync(settings.home, { recursive: true });
  const log = openSync(join(settings.home, LOG_FILE), 'a');
  const launchedAt = performance.now();
  const child = spawn(process.execPath, [...NODE_ARGS, ...(settings.nodeArgs ?? []), settings.entry], {
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      PORT: '0',
      HOST: '127.0.0.1',
      MINOOTS_HOME: settings.home,
      MINOOTS_API_KEY: settings.apiKey,
    },
  });
  closeSync(log);
  const gone = once(child, 'exit');
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const readyUrl = async () => {
    if (!isRunning()) throw new Error(`the server ended at start:\n${readLogTail(settings.home)}`);
    const found = readServerFile(settings.home);
    return found && found.pid === child.pid && (await isReady(found.url)) ? found.url : null;
  };
  const awaitReady = async () => {
    const url = await until(readyUrl, {
      timeoutMs: READY_TIMEOUT_MS,
      everyMs: 2,
      what: 'the server to be ready',
    });
    return { url, afterMs: performance.now() - launchedAt };
  };
  return {
    pid: child.pid ?? 0,
    ready: awaitReady(),
    isRunning,
    async stop(signal) {
      if (isRunning()) child.kill(signal);
      await gone;
    },
  };
}

/** A file of an earlier process may still lie there, or be half written: both count as absent. */
function readServerFile(home: string): z.infer<typeof ServerFile> | null {
  try {
    return ServerFile.parse(JSON.parse(readFileSync(join(home, 'server.json'), 'utf8')));
  } catch {
    return null;
  }
}

function readLogTail(home: string): string {
  return readFileSync(join(home, LOG_FILE), 'utf8').slice(-LOG_TAIL_CHARACTERS);
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`);
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}
