import type { AuditNote } from '../domain/team/state.ts';

/** What can be known of a secret. Instants in epoch ms. */
export interface SecretEntry {
  name: string;
  createdAt: number;
  updatedAt: number;
}

/** Values cannot be sealed or opened, because the service has no key for that, or another one. */
export class SecretsUnavailable extends Error {
  override readonly name = 'SecretsUnavailable';
}

/**
 * Named secrets of teams, whose values are stored sealed (AES-256-GCM) and come out for attempts alone. A team has at
 * most `MAX_SECRETS`; parallel puts do not pass that either.
 */
export interface SecretStore {
  /** All secrets of a team, by name, without their values. */
  list(teamId: string): Promise<SecretEntry[]>;
  /**
   * Adds a secret, or puts a value in the place of the one before. Durable once resolved with the entry.
   * Rejects with SecretsUnavailable where there is no key.
   * @param notes for the audit log, in the same commit
   */
  put(
    teamId: string,
    secret: { name: string; value: string; at: number },
    notes?: readonly AuditNote[],
  ): Promise<SecretEntry | 'too-many'>;
  /**
   * Removes a secret, and gives what was known of it; null when there is none. Durable once resolved.
   * @param notes for the audit log, in the same commit; none where there is nothing to remove
   */
  delete(teamId: string, name: string, notes?: readonly AuditNote[]): Promise<SecretEntry | null>;
  /**
   * The values of those that exist, by name. What was changed elsewhere counts within a minute.
   * Rejects with SecretsUnavailable where the key of one of them is not there.
   */
  values(teamId: string, names: readonly string[]): Promise<Map<string, string>>;
}
