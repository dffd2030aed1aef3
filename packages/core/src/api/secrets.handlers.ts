import type { SecretEntry as WireEntry } from '@minoots/contract';
import type { Deps } from '../app/deps.ts';
import { deleteSecret } from '../app/secrets/delete.ts';
import { listSecrets } from '../app/secrets/list.ts';
import { setSecret } from '../app/secrets/set.ts';
import type { SecretEntry } from '../ports/secret-store.ts';
import { toInstant } from '../wire/timer.ts';
import type { Handlers } from './operation.ts';

/** Handlers of the operations on the team's secrets. */
export function secretHandlers(deps: Deps): Pick<Handlers, 'listSecrets' | 'setSecret' | 'deleteSecret'> {
  return {
    async listSecrets({ ctx }) {
      return { body: { data: (await listSecrets(deps, ctx)).map(toWire) } };
    },
    async setSecret({ ctx, params, body }) {
      return { body: toWire(await setSecret(deps, ctx, params.name, body.value)) };
    },
    async deleteSecret({ ctx, params }) {
      return { body: toWire(await deleteSecret(deps, ctx, params.name)) };
    },
  };
}

function toWire({ name, createdAt, updatedAt }: SecretEntry): WireEntry {
  return { name, created_at: toInstant(createdAt), updated_at: toInstant(updatedAt) };
}
