import { timingSafeEqual } from 'node:crypto';
import type { Scope } from '@minoots/contract';
import { type ApiKey, statusAt } from '../domain/api-key/state.ts';
import { noteUse, USE_NOTED_MS, useToNote } from '../domain/api-key/use.ts';
import type { ApiKeyStore } from '../ports/api-key-store.ts';
import type { Authenticator, Credentials, Principal } from '../ports/authenticator.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { hashApiKey, isApiKey } from './api-key.ts';

/** How exactly it is known when a key was last used, in ms: each process writes it no more often. */
const LAST_USE_MS = 3_600_000;
/** How soon it is tried again to note what a key is used for, in ms: a note that was lost would be missing for a day. */
const RETRY_MS = 60_000;
/** Notes of use that are remembered. */
const REMEMBERED = 5_000;

export interface KeyAuthenticatorOptions {
  /** By which keys end. */
  clock: Clock;
  logger: Logger;
  /** A key that may have any form, because its owner chose it. */
  owners?: string;
}

/** Whom a key makes of a request, and the hash that shows it. */
interface Holder {
  principal: Principal;
  hash: Buffer;
}

/** Knows API keys by their hashes, and judges at each request whether they work. */
export class KeyAuthenticator implements Authenticator {
  readonly #keys: Pick<ApiKeyStore, 'findByHash' | 'touch' | 'update'>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #ownersHash: Buffer | null;
  readonly #holders = new WeakMap<ApiKey, Holder>();
  /** When this process has last noted the use of a key, by its id, and what it was used for, by both. */
  readonly #noted = new Map<string, number>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(
    keys: Pick<ApiKeyStore, 'findByHash' | 'touch' | 'update'>,
    { clock, logger, owners }: KeyAuthenticatorOptions,
  ) {
    this.#keys = keys;
    this.#clock = clock;
    this.#logger = logger;
    this.#ownersHash = owners === undefined ? null : Buffer.from(hashApiKey(owners));
  }

  async authenticate({ token, scope }: Credentials): Promise<Principal | null> {
    const hash = hashApiKey(token);
    const bytes = Buffer.from(hash);
    if (!isApiKey(token) && !isSame(bytes, this.#ownersHash)) return null;
    const key = await this.#keys.findByHash(hash);
    if (key === null) return null;
    const holder = this.#holderOf(key);
    if (!isSame(bytes, holder.hash)) return null;
    const now = this.#clock.now();
    if (statusAt(key, now) !== 'active') return null;
    this.#noteUse(key, scope, now);
    return holder.principal;
  }

  /** The same for each request, as long as the store gives the same key. */
  #holderOf(key: ApiKey): Holder {
    const known = this.#holders.get(key);
    if (known !== undefined) return known;
    const holder = { principal: toPrincipal(key), hash: Buffer.from(key.hash) };
    this.#holders.set(key, holder);
    return holder;
  }

  /** Resolves once every note of use is written, or given up. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** No request waits for it, and none fails with it. */
  #noteUse(key: ApiKey, scope: Scope | undefined, now: number): void {
    const use = scope === undefined ? null : useToNote(key, scope, now);
    const what = `${key.id} ${use}`;
    if (scope !== undefined && use !== null && this.#isDue(what, null, USE_NOTED_MS, now)) {
      // It notes when that was, too.
      this.#noted.set(key.id, now);
      const decide = (keys: readonly ApiKey[]) => ({ ...noteUse(keys, key.id, scope, now), result: null });
      const again = () => this.#noted.set(what, now - USE_NOTED_MS + RETRY_MS);
      this.#carryOut(key, () => this.#keys.update(key.teamId, decide), again);
    } else if (this.#isDue(key.id, key.lastUsedAt, LAST_USE_MS, now)) {
      this.#carryOut(key, () => this.#keys.touch(key, now));
    }
  }

  /** Whether something was not noted for so long, as far as this process knows. From then on it is. */
  #isDue(what: string, stored: number | null, afterMs: number, now: number): boolean {
    const noted = this.#noted.get(what) ?? Number.NEGATIVE_INFINITY;
    if (now - Math.max(stored ?? Number.NEGATIVE_INFINITY, noted) < afterMs) return false;
    if (this.#noted.size >= REMEMBERED) this.#noted.clear();
    this.#noted.set(what, now);
    return true;
  }

  #carryOut({ id: keyId }: ApiKey, note: () => Promise<unknown>, undo?: () => unknown): void {
    const failed = (err: unknown) => {
      undo?.();
      this.#logger.warn({ err, keyId }, 'it could not be noted when a key was used');
    };
    const noting: Promise<void> = note()
      .then(() => {}, failed)
      .finally(() => this.#underWay.delete(noting));
    this.#underWay.add(noting);
  }
}

function isSame(hash: Buffer, other: Buffer | null): boolean {
  return other !== null && hash.length === other.length && timingSafeEqual(hash, other);
}

function toPrincipal({ id, teamId, scopes }: ApiKey): Principal {
  return { type: 'api-key', id, teamId, scopes: new Set(scopes), role: null, person: null };
}
