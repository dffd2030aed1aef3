import type { ContextEntry } from '../../ports/context-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { contextNotFound } from '../errors.ts';

/** Reads a fact of the team. */
export async function getContext(
  deps: Deps,
  { principal }: RequestContext,
  key: string,
): Promise<ContextEntry> {
  const entry = await deps.context.get(principal.teamId, key);
  if (entry === null) throw contextNotFound(key);
  return entry;
}
