import { type ChildProcess, spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../failure.ts';
import type { LeashOrder, LeashReport, LeashStop } from './leash-protocol.ts';
import { OutputTail } from './output-tail.ts';
import { signalSession } from './session.ts';

/**
 * The process between a runner and a command: it starts what the first line on stdin orders, and ends it with all that it
 * started when the time is up, when a further line says so, or at once when stdin closes, as it does with the runner
 * however that ends. It reads the command's output itself, so that no amount of it keeps the runner busy.
 */

/** How long what a command leaves running, or what hears of its timeout, may take to end by itself, in ms. */
const KILL_AFTER_MS = 5_000;
const TAIL_EVERY_MS = 1_000;
/** How long an output stays open after its last process, in ms: one with a session of its own may hold it. */
const DRAIN_MS = 500;
const POLL_MS = 20;
/** The longest that a timer of Node waits. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

let tail = new OutputTail(0);
let command: ChildProcess | null = null;
let killAt = Number.POSITIVE_INFINITY;
let timedOut = false;
let isTelling = false;

function main(): void {
  const lines = createInterface({ input: process.stdin });
  lines.once('line', (line) => {
    const order: LeashOrder = JSON.parse(line);
    lines.on('line', (next) => {
      const { killAfterMs }: LeashStop = JSON.parse(next);
      end(killAfterMs);
    });
    try {
      start(order);
    } catch (error) {
      finish(null, null, messageOf(error));
    }
  });
  lines.once('close', () => {
    if (command === null) process.exit();
    end(0);
  });
  // These are for the runner, which holds the pipe.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
}

function start({ file, args, cwd, env, timeoutMs, tailBytes }: LeashOrder): void {
  tail = new OutputTail(tailBytes);
  const isWindows = process.platform === 'win32';
  // The shell sees no more than this text: it gives both outputs one end, in the order in which they are written.
  const wrapped = isWindows ? [file, ...args] : ['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', file, ...args];
  const [program = '', ...rest] = wrapped;
  const child = spawn(program, rest, {
    cwd,
    env,
    // A session of its own: what the command is killed by reaches nothing else, and all of it.
    detached: !isWindows,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    windowsVerbatimArguments: isWindows && /\bcmd\.exe$/i.test(file),
  });
  command = child;
  for (const output of [child.stdout, child.stderr]) output.on('data', heard);
  if (child.pid !== undefined) report({ started: child.pid });
  child.once('error', (error) => finish(null, null, error.message));
  child.once('exit', (code, signal) => {
    clearTimeout(timeout);
    over(child, code, signal).catch((error: unknown) => finish(code, signal, String(error)));
  });
  const timeout = setTimeout(
    () => {
      timedOut = true;
      end(KILL_AFTER_MS);
    },
    Math.min(timeoutMs, MAX_TIMEOUT_MS),
  );
}

/** Ends the command; the first SIGKILL that anyone asks for holds. */
function end(killAfterMs: number): void {
  const at = performance.now() + killAfterMs;
  if (at >= killAt) return;
  killAt = at;
  const leader = command?.pid;
  if (leader === undefined) return;
  signalSession(leader, killAfterMs === 0 ? 'SIGKILL' : 'SIGTERM');
  setTimeout(() => signalSession(leader, 'SIGKILL'), killAfterMs);
}

async function over(child: ChildProcess, code: number | null, signal: string | null): Promise<void> {
  await endRest(child.pid ?? 0);
  const outputs = [child.stdout, child.stderr].map(
    (output) =>
      new Promise((resolve) => (output?.closed === false ? output.once('close', resolve) : resolve(0))),
  );
  await Promise.race([Promise.all(outputs), delay(DRAIN_MS)]);
  finish(code, signal, null);
}

/** The job is over with its command: what that has started ends with it, by SIGKILL where it does not by itself. */
async function endRest(leader: number): Promise<void> {
  if (!signalSession(leader, 0)) return;
  if (killAt === Number.POSITIVE_INFINITY) end(KILL_AFTER_MS);
  while (signalSession(leader, performance.now() < killAt ? 0 : 'SIGKILL')) await delay(POLL_MS);
}

function heard(chunk: Buffer): void {
  tail.push(chunk);
  if (isTelling) return;
  isTelling = true;
  setTimeout(() => {
    isTelling = false;
    report({ tail: tail.text() });
  }, TAIL_EVERY_MS);
}

function finish(code: number | null, signal: string | null, error: string | null): void {
  report({ ended: { code, signal, timedOut, error }, tail: tail.text() });
  process.exit();
}

function report(message: LeashReport): void {
  try {
    writeSync(1, `${JSON.stringify(message)}\n`);
  } catch {
    // The runner is gone, and its end is what stdin tells of.
  }
}

main();
