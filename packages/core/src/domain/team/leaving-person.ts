import type { AuditNote, LeavingPerson } from './state.ts';

/** What in a note may be an email address: whatever is around an "@". */
const ADDRESS = /[^\s@<>(),;:"]+@[^\s@<>(),;:"]+/g;

/**
 * A note in which a pseudonym stands in the place of a person's id and email addresses. The one address in a note about them
 * is theirs, whether anybody has confirmed it or not.
 */
export function withoutPerson<N extends Pick<AuditNote, 'actor' | 'subject' | 'message'>>(
  note: N,
  { userId, emails, pseudonym }: LeavingPerson,
): N {
  const isAlone = note.subject === userId && note.message.match(ADDRESS)?.length === 1;
  const isKnown = (address: string) => emails.includes(address.toLowerCase());
  return {
    ...note,
    actor: note.actor === userId ? pseudonym : note.actor,
    // Teams may call an agent by an address.
    subject: note.subject === userId || isKnown(note.subject ?? '') ? pseudonym : note.subject,
    message: note.message.replaceAll(ADDRESS, (address) =>
      isAlone || isKnown(address) ? pseudonym : address,
    ),
  };
}

/** The people that a note names: ids, and email addresses in small letters. */
export function peopleIn({
  actor,
  subject,
  message,
}: Pick<AuditNote, 'actor' | 'subject' | 'message'>): string[] {
  const addresses = (message.match(ADDRESS) ?? []).map((address) => address.toLowerCase());
  return [...new Set([actor, ...(subject === null ? [] : [subject]), ...addresses])];
}
