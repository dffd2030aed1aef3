import { revokeKey } from '../../domain/api-key/changes.ts';
import type { ApiKey } from '../../domain/api-key/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { unwrap } from '../errors.ts';
import { decisionOf } from './make.ts';

/** Ends a key of the team. */
export async function revokeApiKey(
  { apiKeys, clock }: Pick<Deps, 'apiKeys' | 'clock'>,
  { principal }: RequestContext,
  id: string,
): Promise<ApiKey> {
  const now = clock.now();
  const change = await apiKeys.update(principal.teamId, (keys) =>
    decisionOf(revokeKey(keys, id, principal.id, now)),
  );
  return unwrap(change).key;
}
