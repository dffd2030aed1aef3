import type { ContextEntry } from '../../ports/context-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { contextNotFound } from '../errors.ts';

/** Removes a fact of the team, and gives it as it was. */
export async function deleteContext(
  deps: Deps,
  { principal }: RequestContext,
  key: string,
): Promise<ContextEntry> {
  const entry = await deps.context.delete(principal.teamId, key);
  if (entry === null) throw contextNotFound(key);
  return entry;
}
