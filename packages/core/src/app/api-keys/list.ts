import type { ApiKey } from '../../domain/api-key/state.ts';
import type { Deps, RequestContext } from '../deps.ts';

/** The keys of the team, newest first: those that work, and those that ended last. */
export function listApiKeys(
  { apiKeys }: Pick<Deps, 'apiKeys'>,
  { principal }: RequestContext,
): Promise<ApiKey[]> {
  return apiKeys.list(principal.teamId);
}
