import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { SecretsUnavailable } from '../ports/secret-store.ts';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';

/** A key that seals secrets, and the name that sealed values know it by. */
export interface SecretKey {
  id: string;
  bytes: Buffer;
}

/** Where a sealed value belongs: it cannot be opened anywhere else. */
export interface SecretPlace {
  teamId: string;
  name: string;
}

/** Makes a key: 32 random bytes in base64. */
export function generateSecretKey(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}

/**
 * Reads keys from text: 32 bytes in base64 each, separated by white space or commas. The first seals, all of them open.
 * @throws SecretsUnavailable when there is none, or something else among them; the text is not repeated
 */
export function readSecretKeys(text: string): SecretKey[] {
  const keys = text.split(/[\s,]+/).filter((part) => part !== '');
  if (keys.length === 0) throw new SecretsUnavailable('the service has no key for secrets');
  return keys.map((key) => {
    const bytes = Buffer.from(key, 'base64');
    if (bytes.length !== KEY_BYTES)
      throw new SecretsUnavailable('a key for secrets is not 32 bytes in base64');
    return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes };
  });
}

/** Seals the values of secrets and opens them again. Keys are asked for at each use, so only uses need them. */
export class SecretBox {
  readonly #keys: () => readonly SecretKey[];

  /** @param keys the one that seals first; throws SecretsUnavailable when there is none */
  constructor(keys: () => readonly SecretKey[]) {
    this.#keys = keys;
  }

  /** A value as text that may be stored: version, id of the key, nonce, and what the cipher made, with its tag. */
  seal(place: SecretPlace, value: string): string {
    const [key] = this.#keys();
    if (key === undefined) throw new SecretsUnavailable('the service has no key for secrets');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key.bytes, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(boundTo(place));
    const sealed = Buffer.concat([cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return [VERSION, key.id, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
  }

  /** Whether a text was sealed by the key that seals now. @throws SecretsUnavailable when there is none */
  sealsLike(text: string): boolean {
    return text.startsWith(`${VERSION}.${this.#keys()[0]?.id}.`);
  }

  /** @throws SecretsUnavailable when its key is not there, or it was sealed for another place or changed since */
  open(place: SecretPlace, text: string): string {
    const [version, keyId, nonce = '', sealed = ''] = text.split('.');
    const key = this.#keys().find(({ id }) => id === keyId);
    if (version !== VERSION || key === undefined) {
      throw new SecretsUnavailable(
        `the service does not have the key ${keyId} that the secret ${place.name} was sealed with`,
      );
    }
    const bytes = Buffer.from(sealed, 'base64url');
    try {
      const options = { authTagLength: TAG_BYTES };
      const decipher = createDecipheriv(ALGORITHM, key.bytes, Buffer.from(nonce, 'base64url'), options);
      decipher.setAAD(boundTo(place));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString();
    } catch {
      throw new SecretsUnavailable(`the secret ${place.name} is stored damaged; set it again`);
    }
  }
}

function boundTo({ teamId, name }: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify([teamId, name]));
}
