import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { MinootsError } from '../sdk/errors.ts';
import { findDaemon, type RunningDaemon } from './find.ts';
import { type Launched, launchDaemon } from './launch.ts';
import { daemonPaths } from './paths.ts';

/** Exit code of a server that found its data folder taken by another one. */
export const FOLDER_TAKEN = 73;

const READY_DEADLINE_MS = 10_000;
const POLL_MS = 25;
const MAX_LOG_LINES = 10;
// One that finds the folder taken waits this long for the holder to announce itself, then tries again:
// the holder may be a server on its way out.
const RELAUNCH_MS = 500;

/**
 * The local server of this data folder, started when none runs. Any number of processes may ask at once: the lock
 * on the folder lets one server live, and everybody finds that one.
 * @throws MinootsError `server_start_failed` with what it said
 */
export async function ensureDaemon(home: string): Promise<RunningDaemon> {
  const running = await findDaemon(home);
  if (running !== null) return running;
  const deadline = performance.now() + READY_DEADLINE_MS;
  let attempt = watched(launch(home));
  while (performance.now() < deadline) {
    const found = await findDaemon(home);
    if (found !== null) return found;
    const { ended, atMs } = attempt;
    if (ended !== undefined && ended !== FOLDER_TAKEN)
      throw await startFailure(
        home,
        attempt,
        ended === null ? 'could not be started, or was killed' : `ended with code ${ended}`,
      );
    if (ended === FOLDER_TAKEN && performance.now() - atMs > RELAUNCH_MS) attempt = watched(launch(home));
    await delay(POLL_MS);
  }
  throw await startFailure(home, attempt, `was not ready within ${READY_DEADLINE_MS / 1_000} s`);
}

interface Attempt {
  /** Exit code, once it ended. */
  ended: number | null | undefined;
  /** When it ended, on the monotonic clock. */
  atMs: number;
  readonly logOffset: number;
}

function watched(launched: Launched): Attempt {
  const attempt: Attempt = { ended: undefined, atMs: 0, logOffset: launched.logOffset };
  void launched.ended.then((code) => {
    attempt.ended = code;
    attempt.atMs = performance.now();
  });
  return attempt;
}

function launch(home: string): Launched {
  try {
    return launchDaemon(home);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const detail = `the local server cannot use its data folder ${home}: ${reason}`;
    throw new MinootsError({ code: 'server_start_failed', detail, cause });
  }
}

async function startFailure(home: string, { logOffset }: Attempt, what: string): Promise<MinootsError> {
  const { log } = daemonPaths(home);
  const content = await readFile(log).catch(() => Buffer.alloc(0));
  const said = content.subarray(logOffset).toString().trim().split('\n').slice(0, MAX_LOG_LINES).join('\n');
  return new MinootsError({
    code: 'server_start_failed',
    detail: `the local server ${what}${said === '' ? '' : `: ${said}`}\nIts log is ${log}`,
  });
}
