import { spawn } from 'node:child_process';
import { say } from './say.mjs';

const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const stillBusyMs = 15_000;
const orphanCheckMs = 500;
const parent = process.ppid;

/** The reader asked to stop while something was being prepared. */
export class Interrupted extends Error {
  constructor(signal) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/**
 * Runs a program on this terminal and waits for it, handing signals down.
 * Resolves with its exit code, or with the signal that ended it.
 */
export function runAttached(command, args, options) {
  return follow(spawn(command, args, { ...options, stdio: 'inherit' }));
}

/**
 * Runs a program and keeps what it writes; says now and then that it is still busy.
 * Resolves with its exit code and output; rejects with Interrupted when a signal came meanwhile.
 */
export async function runQuietly(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const started = Date.now();
  const busy = setInterval(
    () => say(`still busy (${Math.round((Date.now() - started) / 1000)} s)`),
    stillBusyMs,
  );
  const ended = await follow(child).finally(() => clearInterval(busy));
  if (ended.received || ended.signal) throw new Interrupted(ended.received || ended.signal);
  return { code: ended.code, output };
}

/** Ends this process the way its child ended, so that a shell or npm above sees the truth. */
export function endLike({ code, signal }) {
  if (!signal) process.exit(code);
  process.kill(process.pid, signal);
}

function follow(child) {
  let received;
  // A terminal sends these to its whole foreground group: the child has them already, and a second one may force its exit.
  const relay = (signal) => {
    received = signal;
    if (signal === 'SIGTERM' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of passedOn) process.on(signal, relay);
  const orphanCheck = setInterval(() => {
    if (npmIsGone()) relay('SIGTERM');
  }, orphanCheckMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, received }));
  }).finally(() => {
    clearInterval(orphanCheck);
    for (const signal of passedOn) process.off(signal, relay);
  });
}

// npm hands SIGTERM to the shell between it and this script, and the shell dies of it silently: a new parent is the only trace.
function npmIsGone() {
  return process.env.npm_lifecycle_event !== undefined && process.ppid !== parent;
}
