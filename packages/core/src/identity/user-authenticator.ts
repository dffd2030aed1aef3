import { isCompanys } from '../domain/team/sign-in.ts';
import type { Authenticator, Credentials, Principal } from '../ports/authenticator.ts';
import type { IdTokenVerifier } from '../ports/id-token-verifier.ts';
import type { People } from './people.ts';
import type { RequiredSignOn } from './required-sign-on.ts';

/** A token of the form of a JWT: three parts, of which the first is a JSON object. */
const JWT = /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/;

/** Whether a token is for a `UserAuthenticator`: API keys have another form. */
export function isIdToken(token: string): boolean {
  return JWT.test(token);
}

/** Knows people by the ID tokens of an identity service. */
export class UserAuthenticator implements Authenticator {
  readonly #verifier: IdTokenVerifier;
  readonly #people: People;
  readonly #signOn: RequiredSignOn | null;

  /** @param signOn holds people to the single sign-on of their domain; null where there is one way in for everybody */
  constructor(verifier: IdTokenVerifier, people: People, signOn: RequiredSignOn | null = null) {
    this.#verifier = verifier;
    this.#people = people;
    this.#signOn = signOn;
  }

  async authenticate({
    token,
    team,
    isAdministrative = false,
    greet,
  }: Credentials): Promise<Principal | null> {
    const person = await this.#verifier.verify(token, { checkRevoked: isAdministrative });
    if (person === null) return null;
    await this.#signOn?.demand(person, isAdministrative);
    // A company that begins with single sign-on brings all of its people at once, from one address.
    const isBrought = this.#signOn !== null && isCompanys(person.signedInBy ?? '');
    const options = { isFresh: isAdministrative, greet: isBrought ? undefined : greet };
    return this.#people.principalOf(person, team, options);
  }
}
