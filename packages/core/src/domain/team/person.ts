import type { Person } from './commands.ts';

/** Longest name that is kept of a person, in UTF-16 code units: a full team has to fit one document. */
export const MAX_PERSON_NAME = 100;
const MAX_EMAIL = 254;
const MAX_USER_ID = 128;

/** Control characters, and those that turn the direction of the text around them. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu;

/** What an identity service says of a person. */
export interface Claims {
  userId: string;
  email: string | null;
  emailVerified: boolean;
  name: string | null;
}

/**
 * The person of whom an identity service says this: the email address in small letters, the name without control
 * characters. Null where the id or the address is none that can be kept.
 */
export function personOf({ userId, email, emailVerified, name }: Claims): Person | null {
  const address = (email ?? '').toLowerCase();
  const isKeepable = (text: string, most: number) => text.length <= most && text.search(UNPRINTABLE) === -1;
  if (userId === '' || !isKeepable(userId, MAX_USER_ID) || !isKeepable(address, MAX_EMAIL)) return null;
  const plain = (name ?? '').replaceAll(UNPRINTABLE, ' ').trim();
  const short = plain.slice(0, MAX_PERSON_NAME).toWellFormed();
  return {
    userId,
    email: address,
    emailVerified: emailVerified && address !== '',
    name: short === '' ? null : short,
  };
}
