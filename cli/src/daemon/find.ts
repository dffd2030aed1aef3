import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Health } from '@minoots/contract';
import * as z from 'zod';
import { daemonPaths } from './paths.ts';

const ServerFile = z.object({ url: z.url(), pid: z.int().positive(), version: z.string() });

/** A local server as it announces itself. */
export type RunningDaemon = z.infer<typeof ServerFile>;

const PROBE_TIMEOUT_MS = 2_000;

/** The server that serves this data folder, if it runs and answers. Never throws for one that does not. */
export async function findDaemon(home: string): Promise<RunningDaemon | null> {
  const announced = await readServerFile(home);
  if (announced === null || !isAlive(announced.pid)) return null;
  return (await answers(announced.url)) ? announced : null;
}

/** Whether a process of this user has this id. One of another user is not our server, and must not get our key. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !isZombie(pid);
  } catch {
    return false;
  }
}

// In a container whose first process reaps nobody, an ended server stays in the process table.
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/, ''));
}

async function readServerFile(home: string): Promise<RunningDaemon | null> {
  try {
    return ServerFile.parse(JSON.parse(await readFile(daemonPaths(home).serverFile, 'utf8')));
  } catch {
    return null;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    return response.ok && Health.safeParse(await response.json()).success;
  } catch {
    return false;
  }
}
