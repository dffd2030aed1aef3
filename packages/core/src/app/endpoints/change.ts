import type { Endpoint } from '../../domain/endpoint/state.ts';
import type { EndpointDecision, EndpointKey } from '../../ports/endpoint-store.ts';
import type { Deps } from '../deps.ts';

/** An endpoint before and after a change; null where nothing was or is known of it. */
export interface EndpointChange {
  before: Endpoint | null;
  after: Endpoint | null;
}

/** Changes what is known of an endpoint. @param decide gives it as it is to be; null forgets it, the very same changes nothing */
export function changeEndpoint(
  { endpoints }: Deps,
  key: EndpointKey,
  decide: (before: Endpoint | null) => Endpoint | null,
): Promise<EndpointChange> {
  return endpoints.update(key, (before): EndpointDecision<EndpointChange> => {
    const after = decide(before);
    const result = { before, after };
    if (after === before) return { result };
    return after === null ? { remove: true, result } : { save: after, result };
  });
}

/** Changes an endpoint if something is known of it. */
export function changeKnown(
  deps: Deps,
  key: EndpointKey,
  decide: (before: Endpoint) => Endpoint | null,
): Promise<EndpointChange> {
  return changeEndpoint(deps, key, (before) => (before === null ? null : decide(before)));
}
