import { resumeByHand } from '../../domain/endpoint/by-hand.ts';
import type { Endpoint } from '../../domain/endpoint/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { endpointNotFound, unwrap } from '../errors.ts';
import { changeEndpoint } from './change.ts';
import { settleByHand } from './settle.ts';

/**
 * Makes attempts at an endpoint again, and sends what was postponed.
 * @throws MinootsError `not_found` where nothing is known of it, `invalid_state` where it is not paused
 */
export async function resumeEndpoint(
  deps: Deps,
  { principal }: RequestContext,
  endpointId: string,
): Promise<Endpoint> {
  const key = { teamId: principal.teamId, endpointId };
  const { after } = await changeEndpoint(deps, key, (known) => {
    if (known === null) throw endpointNotFound(endpointId);
    return unwrap(resumeByHand(known, principal.id, deps.clock.now()));
  });
  if (after === null) throw endpointNotFound(endpointId);
  return settleByHand(deps, after);
}
