import type { RegisterRunnerRequest } from '@minoots/contract';
import type * as z from 'zod';
import { MAX_RUNNERS, type RunnerRecord } from '../../ports/runner-store.ts';
import { note } from '../audit/note.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';

/** A runner that was not heard of for so long makes room for others, in ms. */
const STALE_MS = 30 * 86_400_000;

/**
 * Takes note that a runner is there, or is there again with what it says now.
 * @throws MinootsError `runners_full`
 */
export async function registerRunner(
  deps: Deps,
  ctx: RequestContext,
  id: string,
  { name, labels, accepts }: z.output<typeof RegisterRunnerRequest>,
): Promise<RunnerRecord> {
  const { runners, clock } = deps;
  const at = clock.now();
  const said = { id, name, labels: [...new Set(labels)], accepts: [...new Set(accepts)] };
  const runner = await runners.register(ctx.principal.teamId, { ...said, at, staleBefore: at - STALE_MS });
  if (runner === 'too-many')
    throw new MinootsError('runners_full', `A team has at most ${MAX_RUNNERS} runners; remove one first`);
  // It comes back with every start, and says so; what is new is that commands can be carried out there.
  if (runner.registeredAt === at)
    await note(deps, ctx, {
      action: 'runner.registered',
      subject: id,
      message: `Added the runner "${name}"`,
    });
  return runner;
}
