import { spawn } from 'node:child_process';

/** How long a program may take to end by itself, in ms. */
const GRACE_MS = 3_000;
const [command = '', ...args] = process.argv.slice(2);

/**
 * Runs a program for as long as the pipe on stdin is open, and then ends it with all that it started. A process that
 * holds the other end can so leave nothing behind, not even when it is killed. To be started as a group of its own.
 */
function main(): void {
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  child.once('error', (error) => endGroup(`${command} could not be started: ${error.message}`));
  child.once('exit', (code, signal) => endGroup(`ended with ${signal ?? code}`));
  process.stdin.resume().once('close', () => {
    child.kill('SIGTERM');
    setTimeout(() => endGroup('did not end by itself'), GRACE_MS);
  });
  // These are for the process that holds the pipe.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
}

function endGroup(reason: string): void {
  process.stderr.write(`${reason}\n`);
  process.kill(-process.pid, 'SIGKILL');
}

main();
