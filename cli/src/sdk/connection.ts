import { readFile } from 'node:fs/promises';
import { OPERATIONS } from '@minoots/contract';
import { ensureDaemon } from '../daemon/ensure.ts';
import { daemonPaths } from '../daemon/paths.ts';
import type { Settings } from '../settings.ts';
import { MinootsError } from './errors.ts';

/** A reachable API and the key for it. */
export interface Connection {
  /** Without a slash at its end. */
  readonly url: string;
  readonly apiKey: string;
  /** The team that requests are for, by slug or id; they name none unless given. */
  readonly team?: string | undefined;
}

const KEY_TRIAL_TIMEOUT_MS = 5_000;

/** Finds the API; called again after a failure to reach it. */
export type Connect = () => Promise<Connection>;

/**
 * The way to the API that the settings name: the URL given, or the local server, started when it does not run.
 * @throws MinootsError `not_configured`, `server_start_failed`
 */
export function connector(settings: Settings): Connect {
  const { url, apiKey, home, team } = settings;
  if (url === undefined) return async () => ({ ...(await connectLocal(home, apiKey)), team });
  return async () => {
    const key = apiKey ?? (isLoopback(url) ? await readKey(home) : undefined);
    if (key !== undefined) return { url, apiKey: key, team };
    throw new MinootsError({
      code: 'not_configured',
      detail: `no API key for ${url}: set MINOOTS_API_KEY`,
    });
  };
}

async function connectLocal(home: string, givenKey: string | undefined): Promise<Connection> {
  const { url } = await ensureDaemon(home);
  const storedKey = await readKey(home);
  const apiKey = await fittingKey(url, givenKey, storedKey);
  if (apiKey !== undefined) return { url, apiKey };
  const detail = `there is no key in ${daemonPaths(home).apiKey}: set MINOOTS_API_KEY to the one the server was started with`;
  throw new MinootsError({ code: 'not_configured', detail });
}

// A server started by hand may have been given a key; one that started by itself takes the stored one, even where
// the environment names a key for another server.
async function fittingKey(url: string, given: string | undefined, stored: string | undefined) {
  if (given === undefined || stored === undefined || given === stored) return given ?? stored;
  const response = await fetch(`${url}${OPERATIONS.listTimers.path}?limit=1`, {
    headers: { authorization: `Bearer ${given}` },
    signal: AbortSignal.timeout(KEY_TRIAL_TIMEOUT_MS),
  }).catch(() => null);
  await response?.body?.cancel();
  return response?.status === 401 ? stored : given;
}

async function readKey(home: string): Promise<string | undefined> {
  const text = await readFile(daemonPaths(home).apiKey, 'utf8').catch(() => '');
  return text.trim() || undefined;
}

/** Whether the API is a server on this machine. */
export function isOnThisMachine({ url }: Settings): boolean {
  return url === undefined || isLoopback(url);
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
