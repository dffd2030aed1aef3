import { type CleanupRequest, TERMINAL_STATUSES } from '@minoots/contract';
import { parseDuration } from '../../domain/duration.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { fromRejection } from '../errors.ts';

/** Removes the team's settled timers; answers how many. */
export async function cleanupTimers(
  deps: Deps,
  { principal }: RequestContext,
  input: CleanupRequest,
): Promise<number> {
  const age = input.older_than === undefined ? null : parseDuration(input.older_than, '/older_than');
  if (age !== null && !age.ok) throw fromRejection(age);
  return deps.timers.removeSettled(principal.teamId, {
    statuses: input.status ?? TERMINAL_STATUSES,
    ...(age === null ? {} : { settledBefore: deps.clock.now() - age.value }),
  });
}
