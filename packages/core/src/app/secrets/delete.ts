import type { SecretEntry } from '../../ports/secret-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { secretNotFound } from '../errors.ts';

/** Removes a secret of the team. Attempts at actions that name it are refused from then on. */
export async function deleteSecret(
  { namedSecrets }: Deps,
  { principal }: RequestContext,
  name: string,
): Promise<SecretEntry> {
  const entry = await namedSecrets.delete(principal.teamId, name);
  if (entry === null) throw secretNotFound(name);
  return entry;
}
