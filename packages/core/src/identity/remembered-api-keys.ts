import type { ApiKey } from '../domain/api-key/state.ts';
import type { ApiKeyDecision, ApiKeyStore } from '../ports/api-key-store.ts';

/** How long a key is remembered, in ms: what another process changes counts here after so long. */
export const REMEMBER_MS = 10_000;
/** Keys that are remembered at most. */
const REMEMBERED = 1_000;

interface Remembered {
  key: Promise<ApiKey | null>;
  until: number;
}

export interface RememberedApiKeysOptions {
  /** Told of every change of a team's keys, once it is made. */
  changed?: (teamId: string) => void;
  /** Tells how time passes for this process, in ms, whatever the time of the timers does. */
  elapsed?: { now(): number };
}

/**
 * An ApiKeyStore whose keys are remembered for a moment, so that a request need not ask the store for its own. A change
 * made through it counts at once. Hashes that no key has are not remembered: there is no end of them.
 */
export class RememberedApiKeys implements ApiKeyStore {
  readonly #store: ApiKeyStore;
  readonly #changed: RememberedApiKeysOptions['changed'];
  readonly #elapsed: { now(): number };
  readonly #remembered = new Map<string, Remembered>();

  constructor(store: ApiKeyStore, { changed, elapsed = performance }: RememberedApiKeysOptions = {}) {
    this.#store = store;
    this.#changed = changed;
    this.#elapsed = elapsed;
  }

  list(teamId: string): Promise<ApiKey[]> {
    return this.#store.list(teamId);
  }

  async update<R>(teamId: string, decide: (keys: readonly ApiKey[]) => ApiKeyDecision<R>): Promise<R> {
    try {
      return await this.#store.update(teamId, decide);
    } finally {
      // All of them: of one that is being looked up it is not known yet whose it is.
      this.#remembered.clear();
      this.#changed?.(teamId);
    }
  }

  findByHash(hash: string): Promise<ApiKey | null> {
    const now = this.#elapsed.now();
    const remembered = this.#remembered.get(hash);
    if (remembered !== undefined && remembered.until > now) return remembered.key;
    const key = this.#store.findByHash(hash);
    this.#remember(hash, { key, until: now + REMEMBER_MS });
    return key;
  }

  touch(key: Pick<ApiKey, 'teamId' | 'id'>, at: number): Promise<void> {
    return this.#store.touch(key, at);
  }

  #remember(hash: string, remembered: Remembered): void {
    const oldest = this.#remembered.keys().next();
    if (this.#remembered.size >= REMEMBERED && oldest.done !== true) this.#remembered.delete(oldest.value);
    this.#remembered.delete(hash);
    this.#remembered.set(hash, remembered);
    const forget = () => {
      if (this.#remembered.get(hash) === remembered) this.#remembered.delete(hash);
    };
    remembered.key.then((key) => key ?? forget(), forget);
  }
}
