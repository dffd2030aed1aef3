import type { Job, RivalStore } from '../rivals/rival.ts';
import { type LoadResult, load } from './load.ts';

/** How batches are sent: items in each, and how many are under way at once. */
export interface BatchShape {
  readonly size: number;
  readonly connections: number;
}

/** Creates `count` jobs in batches. Latencies are per batch. */
export async function createInBatches(
  store: RivalStore,
  count: number,
  { size, connections }: BatchShape,
  jobOf: (index: number) => Job,
): Promise<LoadResult> {
  return await load(Math.ceil(count / size), connections, async (batch) => {
    const from = batch * size;
    await store.createBatch(
      Array.from({ length: Math.min(size, count - from) }, (_, offset) => jobOf(from + offset)),
    );
  });
}
