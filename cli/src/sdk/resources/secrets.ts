import type { SecretEntry } from '@minoots/contract';
import type { Call } from './caller.ts';

/** Operations on the team's secrets, which actions name and nobody can read. Every method throws MinootsError. */
export class Secrets {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** What can be known of all secrets, by name. */
  async list(): Promise<SecretEntry[]> {
    return (await this.#call('listSecrets')).data;
  }

  /** @param value 8 characters or more, up to 4,096 bytes */
  set(name: string, value: string): Promise<SecretEntry> {
    return this.#call('setSecret', { id: name, body: { value } });
  }

  /** Removes a secret; actions that name it fail from then on. */
  delete(name: string): Promise<SecretEntry> {
    return this.#call('deleteSecret', { id: name });
  }
}
