import { IdentityUnavailable, type IdTokenVerifier, type Person, personOf } from '@minoots/core';
import type { Auth, DecodedIdToken } from 'firebase-admin/auth';

/** Codes of the Admin SDK that tell of the token or of the person, whoever sent it. */
const REFUSALS: ReadonlySet<string> = new Set([
  'auth/id-token-expired',
  'auth/id-token-revoked',
  'auth/invalid-id-token',
  'auth/user-disabled',
  'auth/user-not-found',
]);
/** Under this code the SDK puts both a token that is none, and Google's keys when it cannot get them. */
const ARGUMENT_ERROR = 'auth/argument-error';

/** Knows people by the ID tokens of Firebase Auth, or of its emulator where FIREBASE_AUTH_EMULATOR_HOST names one. */
export class FirebaseIdTokens implements IdTokenVerifier {
  readonly #load: () => Promise<Pick<Auth, 'verifyIdToken'>>;
  #auth: Promise<Pick<Auth, 'verifyIdToken'>> | null = null;

  /** @param load gives the client library of Firebase Auth, at the first token */
  constructor(load: () => Promise<Pick<Auth, 'verifyIdToken'>>) {
    this.#load = load;
  }

  /** Without `checkRevoked` nobody is asked: the signature is checked here, by keys that are fetched now and then. */
  async verify(
    token: string,
    { checkRevoked = false }: { checkRevoked?: boolean } = {},
  ): Promise<Person | null> {
    this.#auth ??= this.#load().catch((error: unknown) => {
      this.#auth = null;
      throw error;
    });
    const auth = await this.#auth;
    try {
      return toPerson(await auth.verifyIdToken(token, checkRevoked));
    } catch (error) {
      if (isRefusal(error)) return null;
      throw new IdentityUnavailable('Firebase Auth does not answer', { cause: error });
    }
  }
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  const code = String(error.code);
  return REFUSALS.has(code) || (code === ARGUMENT_ERROR && /Firebase ID token/.test(error.message));
}

function toPerson(token: DecodedIdToken): Person | null {
  const { uid, email, email_verified: isVerified, name, firebase } = token;
  const person = personOf({
    userId: uid,
    email: email ?? null,
    emailVerified: isVerified === true,
    name: typeof name === 'string' ? name : null,
  });
  return person && { ...person, signedInBy: firebase.sign_in_provider };
}
