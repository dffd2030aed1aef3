import type { ApiKey, CreateApiKeyRequest, CreatedApiKey, RotateApiKeyRequest } from '@minoots/contract';
import type { Call } from './caller.ts';

/**
 * Operations on the team's API keys. A key is in the answer that made it and nowhere else: where that got lost, the
 * repeat fails with `shown_once` and the id to revoke. Every method throws MinootsError.
 */
export class ApiKeys {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** Newest first: those that work, and those that ended last. */
  async list(): Promise<ApiKey[]> {
    return (await this.#call('listApiKeys')).data;
  }

  create(request: CreateApiKeyRequest): Promise<CreatedApiKey> {
    return this.#call('createApiKey', { body: request });
  }

  /** Makes a key in the place of another, which goes on working for a day unless told. */
  rotate(id: string, request: RotateApiKeyRequest = {}): Promise<CreatedApiKey> {
    return this.#call('rotateApiKey', { id, body: request });
  }

  /** Ends a key, everywhere within half a minute. */
  revoke(id: string): Promise<ApiKey> {
    return this.#call('revokeApiKey', { id });
  }
}
