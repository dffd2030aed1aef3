import { readFileSync } from 'node:fs';

/** Ticks per second of /proc/PID/stat: the same on every Linux of today. */
const TICKS_PER_SECOND = 100;

/** Resident memory of a process in bytes: now, and at its highest. Null where there is no /proc. */
export function memoryOf(pid: number): { nowBytes: number; peakBytes: number } | null {
  const status = readProc(pid, 'status');
  if (status === null) return null;
  const kibibytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN);
  return { nowBytes: kibibytes('VmRSS') * 1024, peakBytes: kibibytes('VmHWM') * 1024 };
}

/** CPU time that a process has used, user and system, in milliseconds. Not a number where there is no /proc. */
export function cpuMsOf(pid: number): number {
  const afterName = readProc(pid, 'stat')?.split(') ')[1]?.split(' ');
  return ((Number(afterName?.[11]) + Number(afterName?.[12])) * 1000) / TICKS_PER_SECOND;
}

function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
}
