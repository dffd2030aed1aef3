import { setTimeout as delay } from 'node:timers/promises';
import { MinootsError } from '../sdk/errors.ts';
import { findDaemon, isAlive, type RunningDaemon } from './find.ts';

const STOP_DEADLINE_MS = 15_000;
const POLL_MS = 25;

/**
 * Asks the local server of this data folder to finish what is under way and end, and waits until its process is gone.
 * @returns what was stopped; null when none ran
 * @throws MinootsError `timed_out` when it still runs after 15 s
 */
export async function stopDaemon(home: string): Promise<RunningDaemon | null> {
  const running = await findDaemon(home);
  if (running === null) return null;
  process.kill(running.pid, 'SIGTERM');
  const deadline = performance.now() + STOP_DEADLINE_MS;
  while (performance.now() < deadline) {
    if (!isAlive(running.pid)) return running;
    await delay(POLL_MS);
  }
  const detail = `the local server (process ${running.pid}) did not end within ${STOP_DEADLINE_MS / 1_000} s`;
  throw new MinootsError({ code: 'timed_out', detail });
}
