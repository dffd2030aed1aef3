import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type LeashOrder, LeashReport, type LeashStop } from './leash-protocol.ts';
import { signalSession } from './session.ts';

/** How a command ended. */
export interface CommandEnd {
  /** Null: by a signal, or it never began. */
  readonly code: number | null;
  readonly signal: string | null;
  /** Whether it was ended because its time was up. */
  readonly timedOut: boolean;
  /** Why it could not begin, or what it was lost by. */
  readonly error: string | null;
  readonly tail: string;
}

/** A command under way, in a process of its own that ends with this one. */
export interface LeashedCommand {
  /** Never rejects. */
  readonly ended: Promise<CommandEnd>;
  /** The end of its output, as of a second ago. */
  tail(): string;
  /** Ends it and all that it started: SIGTERM now, SIGKILL after so many ms. */
  stop(killAfterMs: number): void;
}

const LEASH = fileURLToPath(
  new URL(`./leash.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
);

/** Starts a command so that it is killed, with all that it started, when this process ends in whatever way. */
export function runLeashed(order: LeashOrder): LeashedCommand {
  const leash = spawn(process.execPath, [LEASH], {
    // What is set for the command, such as NODE_OPTIONS, is for the command alone.
    env: { LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH, SystemRoot: process.env.SystemRoot },
    // Ctrl-C in the terminal is for the runner, which gives commands time to finish.
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    windowsHide: true,
  });
  let tail = '';
  let leader: number | null = null;
  let end: CommandEnd | null = null;
  createInterface({ input: leash.stdout }).on('line', (line) => {
    const report = LeashReport.parse(JSON.parse(line));
    if ('started' in report) leader = report.started;
    else tail = report.tail;
    if ('ended' in report) end = { ...report.ended, tail };
  });
  // It ends by itself when nobody writes to it any more.
  leash.stdin.on('error', () => {});
  leash.stdin.write(`${JSON.stringify(order)}\n`);
  const ended = endOf(leash).then((reason): CommandEnd => {
    if (end !== null) return end;
    if (leader !== null) signalSession(leader, 'SIGKILL');
    return { code: null, signal: null, timedOut: false, error: `the command was lost: ${reason}`, tail };
  });
  return {
    ended,
    tail: () => tail,
    stop(killAfterMs) {
      const stop: LeashStop = { killAfterMs };
      leash.stdin.write(`${JSON.stringify(stop)}\n`);
    },
  };
}

/** Why a leash is there no more, once all that it said has been read. */
function endOf(leash: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    leash.once('error', (error) => resolve(error.message));
    leash.once('close', (code, signal) => resolve(`its leash ended with ${signal ?? code}`));
  });
}
