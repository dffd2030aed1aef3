import type { CreatedApiKey } from '@minoots/contract';
import { createApiKey } from '../app/api-keys/create.ts';
import { listApiKeys } from '../app/api-keys/list.ts';
import type { MadeApiKey } from '../app/api-keys/make.ts';
import { revokeApiKey } from '../app/api-keys/revoke.ts';
import { rotateApiKey } from '../app/api-keys/rotate.ts';
import type { Deps } from '../app/deps.ts';
import { toWireApiKey } from '../wire/api-key.ts';
import type { Handlers } from './operation.ts';

type ApiKeyHandlers = Pick<Handlers, 'listApiKeys' | 'createApiKey' | 'rotateApiKey' | 'revokeApiKey'>;

/** Handlers of the operations on the team's API keys. */
export function apiKeyHandlers(deps: Deps): ApiKeyHandlers {
  const created = ({ key, record }: MadeApiKey): CreatedApiKey => ({
    ...toWireApiKey(record, deps.clock.now()),
    key,
  });
  return {
    async listApiKeys({ ctx }) {
      const keys = await listApiKeys(deps, ctx);
      const now = deps.clock.now();
      return { body: { data: keys.map((key) => toWireApiKey(key, now)) } };
    },
    async createApiKey({ ctx, body }) {
      return { body: created(await createApiKey(deps, ctx, body)) };
    },
    async rotateApiKey({ ctx, params, body }) {
      return { body: created(await rotateApiKey(deps, ctx, params.id, body)) };
    },
    async revokeApiKey({ ctx, params }) {
      return { body: toWireApiKey(await revokeApiKey(deps, ctx, params.id), deps.clock.now()) };
    },
  };
}
