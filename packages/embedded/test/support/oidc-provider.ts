import { createServer, type Server } from 'node:http';
import type { TestPerson } from '@minoots/core/testing';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const ALGORITHM = 'ES256';

/** An OpenID Connect provider on loopback: it tells where its keys are, and signs tokens for whoever is asked for. */
export class OidcProvider {
  readonly #server: Server;
  readonly issuer: string;
  /** Whom its tokens are for, unless told. */
  readonly audience = 'minoots-under-test';
  #pair = generateKeyPair(ALGORITHM);
  #keyId = 1;
  /** Answers instead of the usual ones, by path. */
  readonly answers = new Map<string, { status: number; body: string }>();

  private constructor(server: Server, issuer: string) {
    this.#server = server;
    this.issuer = issuer;
    server.on('request', async (request, response) => {
      const path = request.url ?? '';
      const { status, body } = this.answers.get(path) ?? (await this.#answer(path));
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
  }

  static async start(): Promise<OidcProvider> {
    const server = createServer();
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    await promise;
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no TCP address');
    return new OidcProvider(server, `http://127.0.0.1:${address.port}`);
  }

  /** An ID token of a person, for an hour. @param changes claims beside the usual ones, or in their place */
  async signIn(
    { email, emailVerified, name }: TestPerson,
    changes: Record<string, unknown> = {},
  ): Promise<string> {
    const { privateKey } = await this.#pair;
    const now = Math.floor(Date.now() / 1_000);
    return new SignJWT({
      iss: this.issuer,
      aud: this.audience,
      sub: `sub-${email}`,
      iat: now,
      exp: now + 3_600,
      email,
      email_verified: emailVerified,
      ...(name === undefined ? {} : { name }),
      ...changes,
    })
      .setProtectedHeader({ alg: ALGORITHM, kid: String(this.#keyId) })
      .sign(privateKey);
  }

  /** Signs by another key from now on. */
  rotate(): void {
    this.#pair = generateKeyPair(ALGORITHM);
    this.#keyId++;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(path: string): Promise<{ status: number; body: string }> {
    if (path === '/.well-known/openid-configuration')
      return ok({ issuer: this.issuer, jwks_uri: `${this.issuer}/keys` });
    if (path !== '/keys') return { status: 404, body: '{}' };
    const key = await exportJWK((await this.#pair).publicKey);
    return ok({ keys: [{ ...key, alg: ALGORITHM, use: 'sig', kid: String(this.#keyId) }] });
  }
}

function ok(body: object): { status: number; body: string } {
  return { status: 200, body: JSON.stringify(body) };
}
