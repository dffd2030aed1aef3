import type { Person } from '../domain/team/commands.ts';

/** Knows the people whom an identity service has signed in. */
export interface IdTokenVerifier {
  /**
   * Whose token this is; null of a token that is not valid, has expired or was revoked.
   * @param checkRevoked asks the identity service whether the person still may sign in, where that matters more than time
   * @throws IdentityUnavailable when that cannot be found out at present
   */
  verify(token: string, options?: { checkRevoked?: boolean }): Promise<Person | null>;
}

/** The identity service does not answer at present. The caller may try again. */
export class IdentityUnavailable extends Error {
  override readonly name = 'IdentityUnavailable';
}
