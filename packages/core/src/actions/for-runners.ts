import type { ForRunners } from '../domain/action.ts';
import type { FieldPlace } from '../domain/action-parse.ts';
import { parseDuration } from '../domain/duration.ts';
import { ok, type Result } from '../domain/rejection.ts';

const CLAIM_WITHIN_MS = { minMs: 1_000, maxMs: 29 * 86_400_000 };

/** Reads which runners may take a job, and how soon one has to. */
export function readForRunners(
  {
    runs_on: runsOn = [],
    claim_within: within,
  }: { runs_on?: string[] | undefined; claim_within?: number | string | undefined },
  at: FieldPlace,
): Result<ForRunners> {
  if (within === undefined) return ok({ runsOn });
  const claimWithin = parseDuration(within, at('claim_within'), CLAIM_WITHIN_MS);
  return claimWithin.ok ? ok({ runsOn, claimWithinMs: claimWithin.value }) : claimWithin;
}

/** The same in the words of a request. */
export function toRequestForRunners({ runsOn, claimWithinMs }: ForRunners) {
  return { runs_on: runsOn, ...(claimWithinMs === undefined ? {} : { claim_within: claimWithinMs }) };
}
