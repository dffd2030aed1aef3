import type { RunnerRecord } from '../../ports/runner-store.ts';
import { note } from '../audit/note.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { runnerNotFound } from '../errors.ts';

/** Forgets a runner. Jobs that it holds go back when their leases end. @throws MinootsError `not_found` */
export async function deleteRunner(deps: Deps, ctx: RequestContext, id: string): Promise<RunnerRecord> {
  const runner = await deps.runners.delete(ctx.principal.teamId, id);
  if (runner === null) throw runnerNotFound(id);
  const message = `Removed the runner "${runner.name}"`;
  await note(deps, ctx, { action: 'runner.removed', subject: id, message });
  return runner;
}
