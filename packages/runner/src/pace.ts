import { JOB_LEASE_MS, MAX_LEASE_WAIT_MS } from '@minoots/contract';

/** The times that a runner keeps, in ms. */
export interface Pace {
  /** How long it waits for jobs in one request. */
  readonly leaseWaitMs: number;
  /** How often it renews the lease of a job. */
  readonly heartbeatMs: number;
  /** The gap before the first repeat of what did not get through, and the longest. */
  readonly firstGapMs: number;
  readonly longestGapMs: number;
}

export const PACE: Pace = {
  leaseWaitMs: MAX_LEASE_WAIT_MS,
  // Two may go astray before the lease is over.
  heartbeatMs: JOB_LEASE_MS / 3,
  firstGapMs: 500,
  longestGapMs: 10_000,
};

/**
 * The gap after so many failures in a row: twice as long each time, and up to half of it left out by chance, so that many
 * runners do not come back at the same instant.
 */
export function gapMs({ firstGapMs, longestGapMs }: Pace, failures: number, asked: number | null): number {
  const doubled = Math.min(firstGapMs * 2 ** (failures - 1), longestGapMs);
  return Math.max(doubled * (0.5 + Math.random() / 2), Math.min(asked ?? 0, 6 * longestGapMs));
}
