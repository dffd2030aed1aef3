import type { ContextEntry } from '../../ports/context-store.ts';
import type { Deps, RequestContext } from '../deps.ts';

/** All facts of the team, by key. */
export function listContext(deps: Deps, { principal }: RequestContext): Promise<ContextEntry[]> {
  return deps.context.list(principal.teamId);
}
