import type { JsonObject } from '@minoots/contract';
import type { Clock } from '../ports/clock.ts';
import { StorageUnavailable } from '../ports/timer-store.ts';
import type { AttemptReport } from './performer.ts';

/** What came of an action in the service's own store: what it made, or why it made nothing; `failed` may yet succeed. */
export type StoredOutcome = { made: JsonObject } | { refused: string } | { failed: string };

/** The report of an attempt that stores something. A store that takes no writes is worth another attempt. */
export async function reportStored(
  clock: Clock,
  work: (at: number) => Promise<StoredOutcome>,
): Promise<AttemptReport> {
  const at = clock.now();
  const outcome = await storing(() => work(at));
  return { ...resultOf(outcome), at, durationMs: clock.now() - at, retryAfterMs: null };
}

async function storing(work: () => Promise<StoredOutcome>): Promise<StoredOutcome> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StorageUnavailable) return { failed: 'the store took no writes' };
    throw error;
  }
}

type Result = Pick<AttemptReport, 'outcome' | 'responseStatus' | 'responseBody' | 'error'>;

function resultOf(outcome: StoredOutcome): Result {
  const unmade = { responseStatus: null, responseBody: null };
  if ('failed' in outcome) return { ...unmade, outcome: 'failed', error: outcome.failed };
  if ('refused' in outcome) return { ...unmade, outcome: 'refused', error: outcome.refused };
  return {
    outcome: 'succeeded',
    responseStatus: null,
    responseBody: JSON.stringify(outcome.made),
    error: null,
  };
}
