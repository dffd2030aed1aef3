import { hash } from 'node:crypto';
import type { Random } from '../../ports/random.ts';

/** What scanners of leaked secrets can know it by. */
const PREFIX = 'mnt_invite_';

/** What whoever is invited joins by: 262 random bits. */
export function makeInvitationToken(random: Random): string {
  return PREFIX + random.id() + random.id();
}

/** What is kept of a token: SHA-256, 64 hex digits. Tokens are long and random, so a slow hash would add nothing. */
export function hashInvitationToken(token: string): string {
  return hash('sha256', token, 'hex');
}
