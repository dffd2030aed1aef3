import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a program left behind. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const SDK = fileURLToPath(new URL('../../src/index.ts', import.meta.url));

/** For tests: runs `minoots` in a process of its own. */
export function minoots(home: string, ...argv: string[]): Promise<Ended> {
  return node(home, [MAIN, ...argv]);
}

/**
 * For tests: runs a CommonJS program that says `require('@minoots/timer-system')`, in a process of its own.
 * @param env settings beside MINOOTS_HOME
 */
export function program(home: string, source: string, env: Record<string, string> = {}): Promise<Ended> {
  return node(home, ['--eval', source.replaceAll('@minoots/timer-system', SDK)], env);
}

function node(home: string, args: string[], settings: Record<string, string> = {}): Promise<Ended> {
  const { MINOOTS_URL: _, MINOOTS_API_KEY: __, ...env } = process.env;
  const child = spawn(process.execPath, args, {
    env: { ...env, MINOOTS_HOME: home, NODE_OPTIONS: '', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
