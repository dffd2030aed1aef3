import { readdirSync } from 'node:fs';
import type { StackUnderTest } from './stacks.ts';

/** The ids of the processes that run a function now. The emulator has one per request that it serves at the same time. */
export function workersOf({ workers }: StackUnderTest, name: string): number[] {
  return readdirSync(workers)
    .filter((file) => file.startsWith(`${name}.`))
    .map((file) => Number(file.slice(name.length + 1)))
    .filter(isAlive);
}

/** Kills all processes that run a function, as a crash would; a request that one had in hand is answered with 500. */
export function killWorkers(stack: StackUnderTest, name: string): number {
  const pids = workersOf(stack, name);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  return pids.length;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
