import { randomBytes } from 'node:crypto';
import { SecretsUnavailable } from '../ports/secret-store.ts';
import type { SecretBox } from './secret-box.ts';

const SECRET_BYTES = 32;
const CLEAR = 'whsec_';
/** No named secret can be called so: what was sealed as one of those opens as none of these. */
const PLACE = 'signing-secret';

/** Makes a secret that signs webhooks: `whsec_` and 32 random bytes in base64, as Standard Webhooks has it. */
export function generateSigningSecret(): string {
  return `${CLEAR}${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/** A signing secret as it is stored. */
export interface StoredSigningSecret {
  stored: string;
  /** Epoch ms; null of the newest. */
  worksUntil: number | null;
}

/** A signing secret that can sign. */
export interface OpenSigningSecret {
  secret: string;
  worksUntil: number | null;
}

/** How signing secrets are stored: sealed, or in the clear where the service has no key for secrets. */
export class SigningSecretBox {
  readonly #box: SecretBox | null;

  /** @param box null where the service has no key */
  constructor(box: SecretBox | null) {
    this.#box = box;
  }

  /** @throws SecretsUnavailable when the key is none */
  seal(teamId: string, secret: string): string {
    return this.#box === null ? secret : this.#box.seal({ teamId, name: PLACE }, secret);
  }

  /**
   * Opens the secrets of a team, newest first. Older ones that cannot be opened are left out: they only see a rotation
   * through, and must not stand in the way of one that mends a lost key.
   * @throws SecretsUnavailable when the newest cannot be opened
   */
  openAll(teamId: string, secrets: readonly StoredSigningSecret[]): OpenSigningSecret[] {
    return secrets.flatMap(({ stored, worksUntil }, index) => {
      try {
        return [{ secret: this.#open(teamId, stored), worksUntil }];
      } catch (error) {
        if (index === 0 || !(error instanceof SecretsUnavailable)) throw error;
        return [];
      }
    });
  }

  /** The same secret as it would be stored today, where that is not how it is; null otherwise, and where that cannot be done. */
  sealAnew(teamId: string, stored: string): string | null {
    if (this.#box === null) return null;
    try {
      return this.#box.sealsLike(stored) ? null : this.seal(teamId, this.#open(teamId, stored));
    } catch (error) {
      if (error instanceof SecretsUnavailable) return null;
      throw error;
    }
  }

  #open(teamId: string, stored: string): string {
    if (stored.startsWith(CLEAR)) return stored;
    if (this.#box === null) throw new SecretsUnavailable('the service has no key for the signing secret');
    return this.#box.open({ teamId, name: PLACE }, stored);
  }
}
