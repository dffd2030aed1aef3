import { createInBatches } from '../lib/batches.ts';
import type { Job, RivalStore } from '../rivals/rival.ts';
import type { ScenarioOptions } from './scenario.ts';

/** How long to wait for arrivals beyond the instant that the last job is due. */
export const PATIENCE_MS = 60_000;

/** How far ahead the first job is due, so that all are stored by then: 5 s and half a millisecond for each. */
export function leadMs(count: number): number {
  return 5_000 + count / 2;
}

/** Stores jobs that are due from `firstAt` on. Throws when that instant passed before all were stored. */
export async function storeAhead(
  store: RivalStore,
  { batchSize, batchConnections }: ScenarioOptions,
  count: number,
  firstAt: number,
  jobOf: (index: number) => Job,
): Promise<readonly Job[]> {
  await createInBatches(store, count, { size: batchSize, connections: batchConnections }, jobOf);
  if (Date.now() > firstAt)
    throw new Error(`storing ${count} jobs took longer than the ${leadMs(count)} ms given for it`);
  return Array.from({ length: count }, (_, index) => jobOf(index));
}
