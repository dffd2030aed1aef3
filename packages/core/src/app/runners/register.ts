import type { RegisterRunnerRequest } from '@minoots/contract';
import type * as z from 'zod';
import { MAX_RUNNERS, type RunnerRecord } from '../../ports/runner-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';

/** A runner that was not heard of for so long makes room for others, in ms. */
const STALE_MS = 30 * 86_400_000;

/**
 * Takes note that a runner is there, or is there again with what it says now.
 * @throws MinootsError `runners_full`
 */
export async function registerRunner(
  { runners, clock }: Deps,
  { principal: { teamId } }: RequestContext,
  id: string,
  { name, labels, accepts }: z.output<typeof RegisterRunnerRequest>,
): Promise<RunnerRecord> {
  const at = clock.now();
  const said = { id, name, labels: [...new Set(labels)], accepts: [...new Set(accepts)] };
  const runner = await runners.register(teamId, { ...said, at, staleBefore: at - STALE_MS });
  if (runner === 'too-many')
    throw new MinootsError('runners_full', `A team has at most ${MAX_RUNNERS} runners; remove one first`);
  return runner;
}
