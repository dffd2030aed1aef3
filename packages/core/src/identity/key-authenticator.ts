import { timingSafeEqual } from 'node:crypto';
import type { ApiKeyRecord, ApiKeyStore } from '../ports/api-key-store.ts';
import type { Authenticator, Credentials, Principal } from '../ports/authenticator.ts';
import { hashApiKey } from './api-key.ts';

/** Tokens whose holder is remembered, so that a request need not ask the store. */
const REMEMBERED = 1_000;
const REMEMBER_MS = 10_000;

interface Remembered {
  principal: Principal;
  until: number;
}

/** Knows API keys by their hashes. */
export class KeyAuthenticator implements Authenticator {
  readonly #keys: ApiKeyStore;
  readonly #remembered = new Map<string, Remembered>();

  constructor(keys: ApiKeyStore) {
    this.#keys = keys;
  }

  async authenticate({ token }: Credentials): Promise<Principal | null> {
    const hash = hashApiKey(token);
    const remembered = this.#remembered.get(hash);
    if (remembered !== undefined && remembered.until > performance.now()) return remembered.principal;
    const record = await this.#keys.findByHash(hash);
    if (record === null || !isSame(record.hash, hash)) return null;
    const principal = toPrincipal(record);
    if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
    this.#remembered.set(hash, { principal, until: performance.now() + REMEMBER_MS });
    return principal;
  }
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function toPrincipal({ id, teamId, scopes }: ApiKeyRecord): Principal {
  return { type: 'api-key', id, teamId, scopes: new Set(scopes), role: null, person: null };
}
