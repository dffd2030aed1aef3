import type { RequestContext } from '../deps.ts';
import { asUnavailable } from '../secrets/unavailable.ts';
import type { SigningSecretDeps } from './rotate.ts';

/** The secrets that sign the team's webhooks, newest first: receivers need them, whenever they are set up. */
export function getSigningSecrets(
  { secrets, clock }: Pick<SigningSecretDeps, 'secrets' | 'clock'>,
  { principal }: RequestContext,
): Promise<readonly string[]> {
  return secrets.forTeam(principal.teamId, clock.now()).catch(asUnavailable);
}
