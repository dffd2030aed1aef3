import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import type { TestPerson } from '@minoots/core/testing';
import { deleteApp, initializeApp } from 'firebase-admin/app';
import { type Auth, getAuth } from 'firebase-admin/auth';

const PROJECT = 'demo-minoots';

/** What the Admin SDK is told of an account. */
interface Account {
  localId: string;
  email: string;
  disabled?: boolean;
  /** Epoch seconds as text: sessions that began before are over. */
  validSince?: string;
}

/** Somebody to sign in, and by what: a password unless told. */
export interface Arrival extends TestPerson {
  provider?: string;
}

/**
 * As much of the Auth emulator as the Admin SDK asks for when it checks an ID token or deletes an account: the tokens of an emulator are not
 * signed, and each time it asks for the account.
 */
export class AuthServer {
  readonly #server: Server;
  readonly #accounts = new Map<string, Account>();
  /** The Admin SDK, which takes this server for its emulator. */
  readonly client: Auth;
  /** Whether it removes no account at present. */
  isDown = false;
  readonly #app: ReturnType<typeof initializeApp>;

  private constructor(server: Server, host: string) {
    this.#server = server;
    this.#app = initializeApp({ projectId: PROJECT }, `auth of ${host}`);
    const before = process.env.FIREBASE_AUTH_EMULATOR_HOST;
    process.env.FIREBASE_AUTH_EMULATOR_HOST = host;
    this.client = getAuth(this.#app);
    if (before === undefined) delete process.env.FIREBASE_AUTH_EMULATOR_HOST;
    else process.env.FIREBASE_AUTH_EMULATOR_HOST = before;
    server.on('request', async (request, response) => {
      const { localId = [] } = (await json(request)) as { localId?: string | string[] };
      const [id = ''] = [localId].flat();
      const [status, answer] = this.#answer(id, request.url?.endsWith('accounts:delete') === true);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    });
  }

  static async start(): Promise<AuthServer> {
    const server = createServer();
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    await promise;
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no TCP address');
    return new AuthServer(server, `127.0.0.1:${address.port}`);
  }

  #answer(id: string, isDeletion: boolean): [status: number, answer: object] {
    const account = this.#accounts.get(id);
    if (!isDeletion) return [200, account === undefined ? {} : { users: [account] }];
    // Not 503, which the Admin SDK would try again for seconds.
    if (this.isDown) return [500, { error: { message: 'INTERNAL_ERROR' } }];
    if (account === undefined) return [400, { error: { message: 'USER_NOT_FOUND' } }];
    this.#accounts.delete(id);
    return [200, {}];
  }

  /** An ID token of the account with this email address, which is made where there is none. */
  signIn({ email, emailVerified, name, provider = 'password' }: Arrival): string {
    const account = { localId: `uid-${email}`, email, ...this.#accounts.get(`uid-${email}`) };
    this.#accounts.set(account.localId, account);
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: `https://securetoken.google.com/${PROJECT}`,
      aud: PROJECT,
      sub: account.localId,
      iat: now,
      auth_time: now,
      exp: now + 3_600,
      email,
      email_verified: emailVerified,
      ...(name === undefined ? {} : { name }),
      firebase: { sign_in_provider: provider, identities: {} },
    };
    return `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`;
  }

  /** Whether there is an account with this id. */
  has(id: string): boolean {
    return this.#accounts.has(id);
  }

  /** Changes what is known of an account, such as that it may not sign in any more. */
  change(email: string, fields: Partial<Account>): void {
    const account = this.#accounts.get(`uid-${email}`);
    if (account === undefined) throw new Error(`${email} has not signed in`);
    this.#accounts.set(account.localId, { ...account, ...fields });
  }

  /** Ends the account. */
  remove(email: string): void {
    this.#accounts.delete(`uid-${email}`);
  }

  async close(): Promise<void> {
    await deleteApp(this.#app);
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
