import { type JsonValue, MAX_CONTEXT_BYTES, MAX_CONTEXT_KEYS } from '@minoots/contract';
import type { ContextEntry } from '../../ports/context-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';

const FULL = {
  'too-many-keys': `The team has ${MAX_CONTEXT_KEYS} keys in its context already; remove one that nobody asks for`,
  'too-many-bytes': `All values of the team's context may take ${MAX_CONTEXT_BYTES} bytes together; remove or shorten some`,
};

/** Sets a fact of the team, for conditions that are judged from now on. */
export async function setContext(
  deps: Deps,
  { principal }: RequestContext,
  key: string,
  value: JsonValue,
): Promise<ContextEntry> {
  const entry = { key, value, updatedAt: deps.clock.now() };
  const outcome = await deps.context.put(principal.teamId, entry);
  if (outcome !== 'stored') throw new MinootsError('context_full', FULL[outcome]);
  return entry;
}
