import { instance } from './instance.ts';
import { cloudLogger } from './logger.ts';

/** Goes by changed plans, deletes what has expired and was not deleted by Firestore, and logs how much that was. */
export async function purge(): Promise<void> {
  const engine = await instance();
  const { deleted, revised } = await engine.purge();
  if (revised > 0)
    cloudLogger.info({ revised }, 'ended timers are kept as the changed plans of their teams have it');
  const hasWorked = Object.values(deleted).some((count) => count > 0);
  if (hasWorked) cloudLogger.warn(deleted, 'the purge deleted expired documents: is a TTL policy missing?');
}
