import * as z from 'zod';
import type { StackUnderTest } from './stacks.ts';

const PASSWORD = 'correct horse battery staple';
const Entered = z.object({ idToken: z.string() });
const Refused = z.object({ error: z.object({ message: z.string() }) });

/** How somebody who came to the Auth emulator fared. */
export type Arrival = { idToken: string } | { refusal: string };

/** Comes to the Auth emulator of a stack as an application does, which no key of an operator lets past anything. */
export class Visitors {
  readonly #authHost: string;

  constructor({ authHost }: Pick<StackUnderTest, 'authHost'>) {
    this.#authHost = authHost;
  }

  signUp(email: string): Promise<Arrival> {
    return this.#come('signUp', { email, password: PASSWORD });
  }

  signInWithPassword(email: string): Promise<Arrival> {
    return this.#come('signInWithPassword', { email, password: PASSWORD });
  }

  /** Shows what a SAML provider says, in the form that the emulator takes for an assertion. */
  signInBySaml(providerId: string, email: string): Promise<Arrival> {
    const assertion = { subject: { nameId: email }, attributeStatements: { email: [email] } };
    return this.#signInByIdp(providerId, email, { SAMLResponse: JSON.stringify({ assertion }) });
  }

  /** Shows what an OpenID Connect provider says. */
  signInByOidc(providerId: string, email: string): Promise<Arrival> {
    return this.#signInByIdp(providerId, email, {});
  }

  #signInByIdp(providerId: string, email: string, extra: Record<string, string>): Promise<Arrival> {
    const claims = {
      sub: `at ${providerId}: ${email}`,
      email,
      email_verified: true,
      name: email.split('@')[0],
    };
    const answer = new URLSearchParams({ providerId, id_token: JSON.stringify(claims), ...extra });
    return this.#come('signInWithIdp', { requestUri: 'http://localhost', postBody: `${answer}` });
  }

  async #come(how: string, body: object): Promise<Arrival> {
    const url = `http://${this.#authHost}/identitytoolkit.googleapis.com/v1/accounts:${how}?key=any`;
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, returnSecureToken: true }),
    });
    const answer: unknown = await response.json();
    if (response.ok) return Entered.parse(answer);
    return { refusal: Refused.parse(answer).error.message };
  }
}
