import { IdentityUnavailable, type IdTokenVerifier, type Person, personOf } from '@minoots/core';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import * as z from 'zod';
import { OWNER } from './owner.ts';

/** How long the provider may take to say where its keys are, in ms. */
const DISCOVERY_TIMEOUT_MS = 5_000;
/** By how much the clocks of provider and server may differ, in seconds. */
const CLOCK_TOLERANCE_S = 10;
/** Signatures that only the provider can make. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** What the library calls it when the provider gives no keys; the rest is the fault of a token. */
const OF_PROVIDER: ReadonlySet<string> = new Set([
  'ERR_JWKS_TIMEOUT',
  'ERR_JWKS_INVALID',
  'ERR_JOSE_GENERIC',
]);

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });
const Claims = z.object({
  sub: z.string(),
  email: z.string().nullish(),
  // Some providers send text.
  email_verified: z.union([z.boolean(), z.stringbool()]).nullish().catch(false),
  name: z.string().nullish(),
});

/** Whose ID tokens are taken, and for whom they must be made. */
export interface OidcSettings {
  issuer: string;
  audience: string;
}

/**
 * Knows people by the ID tokens of an OpenID Connect provider. A token counts until it expires: the provider is asked for
 * its keys alone.
 */
export class OidcTokens implements IdTokenVerifier {
  readonly #settings: OidcSettings;
  #keys: Promise<JWTVerifyGetKey> | null = null;

  constructor(settings: OidcSettings) {
    this.#settings = settings;
  }

  async verify(token: string): Promise<Person | null> {
    const { jwtVerify, errors } = await import('jose');
    const keys = await this.#providersKeys();
    try {
      const { payload } = await jwtVerify(token, keys, {
        ...this.#settings,
        algorithms: ALGORITHMS,
        requiredClaims: ['sub', 'exp'],
        clockTolerance: CLOCK_TOLERANCE_S,
      });
      return toPerson(payload);
    } catch (error) {
      if (error instanceof errors.JOSEError && !OF_PROVIDER.has(error.code)) return null;
      throw new IdentityUnavailable('the keys of the provider cannot be had', { cause: error });
    }
  }

  #providersKeys(): Promise<JWTVerifyGetKey> {
    this.#keys ??= findKeys(this.#settings.issuer).catch((cause: unknown) => {
      this.#keys = null;
      throw new IdentityUnavailable('the provider does not say where its keys are', { cause });
    });
    return this.#keys;
  }
}

async function findKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const { createRemoteJWKSet } = await import('jose');
  const response = await fetch(`${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`the provider answers ${response.status}`);
  const discovery = Discovery.parse(await response.json());
  if (discovery.issuer !== issuer) throw new Error(`the provider calls itself ${discovery.issuer}`);
  return createRemoteJWKSet(new URL(discovery.jwks_uri));
}

/** Null of claims that nobody can be known by. No provider can name the owner of the data folder. */
function toPerson(payload: JWTPayload): Person | null {
  const claims = Claims.safeParse(payload);
  if (!claims.success || claims.data.sub === OWNER.userId) return null;
  const { sub: userId, email = null, email_verified: isVerified, name = null } = claims.data;
  return personOf({ userId, email, emailVerified: isVerified === true, name });
}
