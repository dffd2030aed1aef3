import type { SpawnOptions } from 'node:child_process';

export class Interrupted extends Error {
  signal: NodeJS.Signals;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export function runAttached(command: string, args: readonly string[], options: SpawnOptions): Promise<Ended>;
export function runQuietly(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<{ code: number | null; output: string }>;
export function endLike(ended: Ended): void;
