import { instance } from './instance.ts';
import { cloudLogger } from './logger.ts';

/** Deletes what has expired and was not deleted by Firestore, and logs how much that was. */
export async function purge(): Promise<void> {
  const engine = await instance();
  const counts = await engine.purge();
  const hasWorked = Object.values(counts).some((count) => count > 0);
  if (hasWorked) cloudLogger.warn(counts, 'the purge deleted expired documents: is a TTL policy missing?');
}
