import type { SecretEntry } from '../../ports/secret-store.ts';
import type { Deps, RequestContext } from '../deps.ts';

/** What can be known of the team's secrets, by name. */
export function listSecrets({ namedSecrets }: Deps, { principal }: RequestContext): Promise<SecretEntry[]> {
  return namedSecrets.list(principal.teamId);
}
