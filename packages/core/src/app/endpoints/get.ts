import type { Endpoint } from '../../domain/endpoint/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { endpointNotFound } from '../errors.ts';

/** Reads what is known of an endpoint. @throws MinootsError `not_found` where that is nothing */
export async function getEndpoint(
  { endpoints }: Deps,
  { principal }: RequestContext,
  endpointId: string,
): Promise<Endpoint> {
  const endpoint = await endpoints.get({ teamId: principal.teamId, endpointId });
  if (endpoint === null) throw endpointNotFound(endpointId);
  return endpoint;
}
