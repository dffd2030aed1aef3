import { type LeaseJobsRequest, MAX_LEASE_WAIT_MS } from '@minoots/contract';
import type * as z from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import type { RunnerRecord } from '../../ports/runner-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { runnerNotFound, unwrap } from '../errors.ts';
import type { TakenJob } from '../jobs/take.ts';
import { lookThrough } from './look.ts';
import { waitForJobs } from './wait.ts';

/** How old what is known of a runner may be before it is noted that it is there, in ms. */
const SEEN_EVERY_MS = 30_000;

/**
 * Gives a runner jobs, those that wait longest first; waits for the first when there is none.
 * @param signal ends the wait early
 * @throws MinootsError `not_found` for a runner that is not registered
 */
export async function leaseJobs(
  deps: Deps,
  { principal: { teamId } }: RequestContext,
  id: string,
  { limit, wait = 0 }: z.output<typeof LeaseJobsRequest>,
  signal: AbortSignal,
): Promise<TakenJob[]> {
  const waitMs = unwrap(parseDuration(wait, '/wait', { minMs: 0, maxMs: MAX_LEASE_WAIT_MS }));
  const runner = await known(deps, teamId, id);
  const look = () => lookThrough(deps, teamId, runner, limit);
  const { jobs } = await look();
  if (jobs.length > 0 || waitMs === 0) return jobs;
  return waitForJobs(deps, { teamId, runner, limit, waitMs, signal }, look);
}

async function known({ runners, clock }: Deps, teamId: string, id: string): Promise<RunnerRecord> {
  const runner = await runners.get(teamId, id);
  if (runner === null) throw runnerNotFound(id);
  const now = clock.now();
  if (now - runner.lastSeenAt > SEEN_EVERY_MS) await runners.seen(teamId, id, now);
  return runner;
}
