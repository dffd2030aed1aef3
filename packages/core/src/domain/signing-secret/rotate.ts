import { ok, type Result, reject } from '../rejection.ts';
import type { AuditNote } from '../team/state.ts';
import { inForce, type SigningSecretEntry } from './state.ts';

/** What becomes of the signing secrets of a team. */
export interface SigningSecretRotation {
  /** Those that remain, newest first. */
  entries: readonly SigningSecretEntry[];
  notes: readonly AuditNote[];
}

/**
 * Puts a new signing secret before the others, which go on signing for `overlapMs`. During a rotation another one is
 * refused unless it ends all others at once. The one that is there already under the id means that nothing changes.
 * @param entries newest first
 */
export function rotateSigningSecret(
  entries: readonly SigningSecretEntry[],
  { id, actor, overlapMs }: { id: string; actor: string; overlapMs: number },
  now: number,
): Result<SigningSecretRotation> {
  const signing = inForce(entries, now);
  if (signing.some((entry) => entry.id === id)) return ok({ entries: signing, notes: [] });
  const ending = signing.find(({ worksUntil }) => worksUntil !== null);
  if (overlapMs > 0 && ending !== undefined) {
    return reject(
      'invalid_state',
      `A rotation is under way until ${new Date(ending.worksUntil ?? now).toISOString()}; with an overlap of 0 another one ends it`,
    );
  }
  const worksUntil = now + overlapMs;
  const others = overlapMs === 0 ? [] : signing.map((entry) => ({ ...entry, worksUntil }));
  const ends = overlapMs === 0 ? 'at once' : `at ${new Date(worksUntil).toISOString()}`;
  const message = `Made a new signing secret; the one before ends ${ends}`;
  return ok({
    entries: [{ id, madeAt: now, worksUntil: null }, ...others],
    notes: [{ action: 'signing_secret.rotated', message, at: now, actor, subject: id }],
  });
}
