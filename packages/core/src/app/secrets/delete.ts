import type { SecretEntry } from '../../ports/secret-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { secretNotFound } from '../errors.ts';

/** Removes a secret of the team. Attempts at actions that name it are refused from then on. */
export async function deleteSecret(
  { namedSecrets, clock }: Deps,
  { principal }: RequestContext,
  name: string,
): Promise<SecretEntry> {
  const message = `Removed the secret ${name}`;
  const note = { at: clock.now(), actor: principal.id, action: 'secret.removed', subject: name, message };
  const entry = await namedSecrets.delete(principal.teamId, name, [note]);
  if (entry === null) throw secretNotFound(name);
  return entry;
}
