import type { Deps } from '../app/deps.ts';
import { getEndpoint } from '../app/endpoints/get.ts';
import { listEndpoints } from '../app/endpoints/list.ts';
import { pauseEndpoint, pauseUrl } from '../app/endpoints/pause.ts';
import { resumeEndpoint } from '../app/endpoints/resume.ts';
import { toWireEndpoint } from '../wire/endpoint.ts';
import type { Handlers } from './operation.ts';

/** Handlers of the operations on endpoints. */
export function endpointHandlers(
  deps: Deps,
): Pick<Handlers, 'listEndpoints' | 'getEndpoint' | 'pauseEndpoint' | 'pauseUrl' | 'resumeEndpoint'> {
  return {
    async listEndpoints({ ctx, query }) {
      const { endpoints, nextCursor } = await listEndpoints(deps, ctx, query);
      return { body: { data: endpoints.map(toWireEndpoint), next_cursor: nextCursor } };
    },
    async getEndpoint({ ctx, params }) {
      return { body: toWireEndpoint(await getEndpoint(deps, ctx, params.id)) };
    },
    async pauseEndpoint({ ctx, params, body }) {
      return { body: toWireEndpoint(await pauseEndpoint(deps, ctx, params.id, body.reason)) };
    },
    async pauseUrl({ ctx, body }) {
      return { body: toWireEndpoint(await pauseUrl(deps, ctx, body)) };
    },
    async resumeEndpoint({ ctx, params }) {
      return { body: toWireEndpoint(await resumeEndpoint(deps, ctx, params.id)) };
    },
  };
}
