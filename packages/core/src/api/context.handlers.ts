import type { ContextEntry as WireEntry } from '@minoots/contract';
import { deleteContext } from '../app/context/delete.ts';
import { getContext } from '../app/context/get.ts';
import { listContext } from '../app/context/list.ts';
import { setContext } from '../app/context/set.ts';
import type { Deps } from '../app/deps.ts';
import type { ContextEntry } from '../ports/context-store.ts';
import { toInstant } from '../wire/timer.ts';
import type { Handlers } from './operation.ts';

/** Handlers of the operations on the team's context. */
export function contextHandlers(
  deps: Deps,
): Pick<Handlers, 'listContext' | 'getContext' | 'setContext' | 'deleteContext'> {
  return {
    async listContext({ ctx }) {
      return { body: { data: (await listContext(deps, ctx)).map(toWire) } };
    },
    async getContext({ ctx, params }) {
      return { body: toWire(await getContext(deps, ctx, params.key)) };
    },
    async setContext({ ctx, params, body }) {
      return { body: toWire(await setContext(deps, ctx, params.key, body.value)) };
    },
    async deleteContext({ ctx, params }) {
      return { body: toWire(await deleteContext(deps, ctx, params.key)) };
    },
  };
}

function toWire({ key, value, updatedAt }: ContextEntry): WireEntry {
  return { key, value, updated_at: toInstant(updatedAt) };
}
