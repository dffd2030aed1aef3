import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LEASH = join(import.meta.dirname, 'leash.ts');

export interface ChildOptions {
  /** As people know it. */
  name: string;
  command: string;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Takes all that it writes. */
  logFile: string;
}

/** A running program that ends with this process, whatever ends this process. */
export interface Child {
  name: string;
  /** Resolves when it and all that it started have ended. */
  ended: Promise<void>;
  hasEnded(): boolean;
  /** Ends it; resolves when it has ended. */
  stop(): Promise<void>;
  /** The last lines that it wrote. */
  lastWords(lines?: number): string;
}

/** Starts a program in a process group of its own. */
export function startChild({ name, command, args, cwd, env, logFile }: ChildOptions): Child {
  const log = openSync(logFile, 'a');
  const leash = spawn(process.execPath, [LEASH, command, ...args], {
    cwd,
    env,
    detached: true,
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  let hasEnded = false;
  const ended = new Promise<void>((resolve, reject) => {
    leash.once('error', reject);
    leash.once('close', () => resolve());
  }).finally(() => {
    hasEnded = true;
  });
  return {
    name,
    ended,
    hasEnded: () => hasEnded,
    stop: () => {
      leash.stdin?.end();
      return ended;
    },
    lastWords: (lines = 40) => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n'),
  };
}
