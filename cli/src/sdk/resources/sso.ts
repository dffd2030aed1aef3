import type { ClaimedDomain, SetSsoRequest, SingleSignOn } from '@minoots/contract';
import type { Call } from './caller.ts';

/** Operations on single sign-on: the domains that a team claims, and how their people sign in. Every method throws MinootsError. */
export class Sso {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  get(): Promise<SingleSignOn> {
    return this.#call('getSso');
  }

  /** Lets people of the verified domains sign in by one provider alone. */
  set(request: SetSsoRequest): Promise<SingleSignOn> {
    return this.#call('setSso', { body: request });
  }

  /** Lets them sign in as they like again. */
  remove(): Promise<SingleSignOn> {
    return this.#call('removeSso');
  }

  /** Gives the TXT record that proves the claim. */
  claim(domain: string): Promise<ClaimedDomain> {
    return this.#call('claimDomain', { body: { domain } });
  }

  /** Looks for that record. */
  verify(domain: string): Promise<ClaimedDomain> {
    return this.#call('verifyDomain', { params: { domain } });
  }

  /** Gives a domain up. */
  drop(domain: string): Promise<ClaimedDomain> {
    return this.#call('dropDomain', { params: { domain } });
  }
}
