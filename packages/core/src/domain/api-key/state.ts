import type { Scope } from '@minoots/contract';

/** What is kept of an API key: never the key itself. Instants in epoch ms. */
export interface ApiKey {
  id: string;
  teamId: string;
  name: string;
  /** How the key begins, to know it by; empty where that would tell too much of it. */
  prefix: string;
  /** SHA-256 of the key, 64 hex digits. */
  hash: string;
  scopes: readonly Scope[];
  /** Who made it: a user, a key, or `service`. */
  createdBy: string;
  createdAt: number;
  /** When it ends by itself; null when it does not. */
  expiresAt: number | null;
  /** To within an hour; null when it has not been used yet. */
  lastUsedAt: number | null;
  /** What it is used for, and when that was noted last. */
  uses: Readonly<Partial<Record<KeyUse, number>>>;
  revokedAt: number | null;
  /** The key that takes its place, and until when it goes on working beside that one; null until it is rotated. */
  rotation: { replacedBy: string; worksUntil: number } | null;
}

/** Kinds of use, as coarse as the audit log tells them. */
export type KeyUse = 'read' | 'write' | 'fire' | 'run' | 'administer';

export type ApiKeyStatus = 'active' | 'expired' | 'revoked';

/** The owner's key of an engine for one person. It is given from outside, and comes back with each start. */
export const OWNER_KEY_ID = 'key_owner';

/**
 * Whether a key was given for a sign-in, and stands for the person who signed in. Such a key alone may do what concerns a
 * person; of one that a person makes it is no scope.
 */
export function isSession({ id, scopes }: Pick<ApiKey, 'id' | 'scopes'>): boolean {
  return id !== OWNER_KEY_ID && scopes.includes('account');
}

/** When a key stops working by itself, epoch ms; null when it does not. */
export function endsAt({ expiresAt, rotation }: ApiKey): number | null {
  if (rotation === null) return expiresAt;
  return Math.min(expiresAt ?? Number.POSITIVE_INFINITY, rotation.worksUntil);
}

/** Whether a key works at an instant, and why not. */
export function statusAt(key: ApiKey, now: number): ApiKeyStatus {
  if (key.revokedAt !== null) return 'revoked';
  const end = endsAt(key);
  return end !== null && end <= now ? 'expired' : 'active';
}
