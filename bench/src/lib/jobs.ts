import type { Job } from '../rivals/rival.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Where jobs point that nothing is meant to receive in this run: nobody listens there. */
export const NOWHERE = 'http://127.0.0.1:9/';

/** The job that creates are measured with: due in one hour. */
export function hourlyJob(id: string): Job {
  return job(id, { inMs: HOUR_MS }, NOWHERE);
}

/** A job that stays pending for the whole run: due between one hour and 30 days ahead, spread evenly over `total`. */
export function pendingJob(index: number, total: number): Job {
  return job(`pending-${index}`, { inMs: Math.round(HOUR_MS + (index / total) * 30 * DAY_MS) }, NOWHERE);
}

/** A job due at an instant, which calls `address` followed by its id. */
export function jobAt(id: string, atMs: number, address: string): Job {
  return job(id, { atMs }, `${address}${id}`);
}

function job(id: string, due: Job['due'], webhook: string): Job {
  return {
    id,
    name: `nightly-report ${id}`,
    due,
    webhook,
    metadata: { project: 'atlas', run: id, attempt: 1 },
  };
}
