import type { RunnerRecord } from '../../ports/runner-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { runnerNotFound } from '../errors.ts';

/** Forgets a runner. Jobs that it holds go back when their leases end. @throws MinootsError `not_found` */
export async function deleteRunner(
  { runners }: Deps,
  { principal }: RequestContext,
  id: string,
): Promise<RunnerRecord> {
  const runner = await runners.delete(principal.teamId, id);
  if (runner === null) throw runnerNotFound(id);
  return runner;
}
