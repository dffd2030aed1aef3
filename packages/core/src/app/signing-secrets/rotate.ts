import { MAX_SIGNING_OVERLAP_MS, type RotateSigningSecretRequest } from '@minoots/contract';
import { parseDuration } from '../../domain/duration.ts';
import { rotateSigningSecret as rotate } from '../../domain/signing-secret/rotate.ts';
import type { SigningSecretEntry } from '../../domain/signing-secret/state.ts';
import { generateSigningSecret } from '../../identity/signing-secret.ts';
import type { SigningSecretDecision, SigningSecretStore } from '../../ports/signing-secret-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { unwrap } from '../errors.ts';
import { idFor } from '../ids.ts';
import { asUnavailable } from '../secrets/unavailable.ts';

const OVERLAP_UNLESS_TOLD_MS = 86_400_000;

export interface SigningSecretDeps extends Pick<Deps, 'clock' | 'random'> {
  secrets: SigningSecretStore;
}

/** Puts a new signing secret before the team's others; gives what is known of those in force. */
export async function rotateSigningSecret(
  { secrets, clock, random }: SigningSecretDeps,
  { principal, commandId }: RequestContext,
  { overlap = OVERLAP_UNLESS_TOLD_MS }: RotateSigningSecretRequest,
): Promise<readonly SigningSecretEntry[]> {
  const { id: actor, teamId } = principal;
  const bounds = { minMs: 0, maxMs: MAX_SIGNING_OVERLAP_MS };
  const overlapMs = unwrap(parseDuration(overlap, '/overlap', bounds));
  const now = clock.now();
  const id = commandId === undefined ? `sgn_${random.id()}` : idFor('sgn', teamId, commandId);
  const secret = generateSigningSecret();
  const decide = (known: readonly SigningSecretEntry[]): SigningSecretDecision<ReturnType<typeof rotate>> => {
    const rotation = rotate(known, { id, actor, overlapMs }, now);
    return rotation.ok ? { ...rotation.value, secret, result: rotation } : { result: rotation };
  };
  return unwrap(await secrets.update(teamId, decide).catch(asUnavailable)).entries;
}
