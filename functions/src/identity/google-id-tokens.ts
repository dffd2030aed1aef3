import type { IdTokenSource } from '@minoots/core';

/** A token lives for an hour; it is used for so much of it, in ms. */
const USE_MS = 2_700_000;
/** Audiences whose tokens are remembered. */
const REMEMBERED = 1_000;

/** Gets a token for an audience from Google. */
export type FetchIdToken = (audience: string) => Promise<string>;

/** Remembers the tokens of each audience while they can be used. */
export class RememberedIdTokens implements IdTokenSource {
  readonly #fetch: FetchIdToken;
  readonly #elapsed: { now(): number };
  readonly #remembered = new Map<string, { token: Promise<string>; until: number }>();

  /** @param elapsed tells how time passes for this process, in ms, whatever the time of the timers does */
  constructor(fetch: FetchIdToken, elapsed: { now(): number } = performance) {
    this.#fetch = fetch;
    this.#elapsed = elapsed;
  }

  tokenFor(audience: string): Promise<string> {
    const now = this.#elapsed.now();
    const remembered = this.#remembered.get(audience);
    if (remembered !== undefined && remembered.until > now) return remembered.token;
    if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
    const token = this.#fetch(audience);
    this.#remembered.set(audience, { token, until: now + USE_MS });
    token.catch(() => {
      if (this.#remembered.get(audience)?.token === token) this.#remembered.delete(audience);
    });
    return token;
  }
}

/**
 * Tokens of a service account that this engine's own account may impersonate. It is another account on purpose: with a
 * token of its own, the engine could be made to call its own functions, which fire anybody's timers.
 */
export function fetchIdTokenOf(serviceAccount: string): FetchIdToken {
  return async (audience) => {
    const { GoogleAuth, Impersonated } = await import('google-auth-library');
    const auth = new GoogleAuth({ scopes: ['https://www.googleapis.com/auth/cloud-platform'] });
    const impersonated = new Impersonated({
      sourceClient: await auth.getClient(),
      targetPrincipal: serviceAccount,
      targetScopes: [],
    });
    return impersonated.fetchIdToken(audience, { includeEmail: true });
  };
}
