import { hash } from 'node:crypto';
import type { Random } from '../../ports/random.ts';

/** What scanners of leaked secrets can know it by. */
const PREFIX = 'mnt_signin_';

/** What a sign-in link is used by: 262 random bits. */
export function makeSignInCode(random: Random): string {
  return PREFIX + random.id() + random.id();
}

/** What is kept of a code: SHA-256, 64 hex digits. Codes are long and random, so a slow hash would add nothing. */
export function hashSignInCode(code: string): string {
  return hash('sha256', code, 'hex');
}
