import type { CreatedApiKey, CreateSignInLinkRequest, SignInLink } from '@minoots/contract';
import type { Call } from './caller.ts';

/** How the owner of a server signs in to its dashboard. Every method throws MinootsError. */
export class SignIn {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** Makes a link that signs whoever opens it in, once within five minutes, for 12 h unless told. */
  link(request: CreateSignInLinkRequest = {}): Promise<SignInLink> {
    return this.#call('createSignInLink', { body: request });
  }

  /** Takes the code of a link for a key, which ends by itself and can be revoked like any other. */
  begin(code: string): Promise<CreatedApiKey> {
    // A code is used once: there is nothing that a repeat could find.
    return this.#call('createSession', { body: { code }, keyless: true });
  }
}
