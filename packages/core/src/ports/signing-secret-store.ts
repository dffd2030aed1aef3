import type { SigningSecretEntry } from '../domain/signing-secret/state.ts';
import type { AuditNote } from '../domain/team/state.ts';

/** What becomes of the signing secrets of a team, and what to answer. Without `entries` they stay as they are. */
export interface SigningSecretDecision<R> {
  /** All that remain, newest first. */
  entries?: readonly SigningSecretEntry[];
  /** The secret of the one entry that is new, `whsec_…`. */
  secret?: string;
  /** For the audit log, in the same commit. */
  notes?: readonly AuditNote[];
  result: R;
}

/** The secrets that sign a team's webhooks. They are stored sealed (AES-256-GCM) where the service has a key for that. */
export interface SigningSecretStore {
  /**
   * `whsec_…` secrets in force at `now`, epoch ms, newest first, at least one: made at first use, durable once resolved.
   * What was changed elsewhere counts within a minute. Older ones that cannot be opened are left out.
   * Rejects with SecretsUnavailable where the newest cannot be opened.
   */
  forTeam(teamId: string, now: number): Promise<readonly string[]>;

  /**
   * Reads what is known of a team's secrets, newest first, decides and saves, with nothing in between. `decide` is pure
   * and may run several times. No secret is opened for it, so it works where their key is lost.
   */
  update<R>(
    teamId: string,
    decide: (entries: readonly SigningSecretEntry[]) => SigningSecretDecision<R>,
  ): Promise<R>;
}
