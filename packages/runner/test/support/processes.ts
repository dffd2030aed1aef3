import { existsSync, readFileSync } from 'node:fs';
import { until } from './until.ts';

/** For tests: whether a process is there and not merely waiting to be collected. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    return !/^[ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, ''));
  } catch {
    return false;
  }
}

/** For tests: the process id that a command writes into a file. */
export function pidIn(file: string): Promise<number> {
  return until(`a process id in ${file}`, () => {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return /^\d+\n/.test(text) ? Number(text) : null;
  });
}

export function gone(pid: number): Promise<true> {
  return until(`the end of process ${pid}`, () => (isAlive(pid) ? null : true));
}
