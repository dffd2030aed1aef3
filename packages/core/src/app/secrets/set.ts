import { MAX_SECRETS } from '@minoots/contract';
import type { SecretEntry } from '../../ports/secret-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { asUnavailable } from './unavailable.ts';

/** Sets a secret of the team, for attempts that are made from now on. */
export async function setSecret(
  { namedSecrets, clock }: Deps,
  { principal }: RequestContext,
  name: string,
  value: string,
): Promise<SecretEntry> {
  const at = clock.now();
  const note = {
    at,
    actor: principal.id,
    action: 'secret.set',
    subject: name,
    message: `Set the secret ${name}`,
  };
  const outcome = await namedSecrets.put(principal.teamId, { name, value, at }, [note]).catch(asUnavailable);
  if (outcome !== 'too-many') return outcome;
  throw new MinootsError(
    'secrets_full',
    `The team has ${MAX_SECRETS} secrets already; remove one that no action names`,
  );
}
