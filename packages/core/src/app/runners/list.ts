import type { RunnerRecord } from '../../ports/runner-store.ts';
import type { Deps, RequestContext } from '../deps.ts';

/** How long ago a runner may have been heard of to count as there, in ms. */
const ONLINE_MS = 120_000;

/** All runners of the team, by id. */
export function listRunners({ runners }: Deps, { principal }: RequestContext): Promise<RunnerRecord[]> {
  return runners.list(principal.teamId);
}

/** Whether a runner is there, as far as is known at `now`. */
export function isOnline({ lastSeenAt }: Pick<RunnerRecord, 'lastSeenAt'>, now: number): boolean {
  return now - lastSeenAt <= ONLINE_MS;
}
