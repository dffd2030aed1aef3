import type { PauseUrlRequest } from '@minoots/contract';
import { checkUrl } from '../../domain/action-checks.ts';
import { pauseByHand } from '../../domain/endpoint/by-hand.ts';
import type { Endpoint } from '../../domain/endpoint/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { endpointNotFound, fromRejection } from '../errors.ts';
import { changeEndpoint } from './change.ts';
import { endpointAt, keyOf } from './endpoint-of.ts';
import { settleByHand } from './settle.ts';

/** Makes no attempts at an endpoint any more until it is resumed. @throws MinootsError `not_found` where nothing is known of it */
export async function pauseEndpoint(
  deps: Deps,
  { principal }: RequestContext,
  endpointId: string,
  reason: string | undefined,
): Promise<Endpoint> {
  const key = { teamId: principal.teamId, endpointId };
  const order = { by: principal.id, reason: reason ?? null };
  const { after } = await changeEndpoint(deps, key, (known) => {
    if (known === null) throw endpointNotFound(endpointId);
    return pauseByHand(known, known, order, deps.clock.now());
  });
  if (after === null) throw endpointNotFound(endpointId);
  return settleByHand(deps, after);
}

/** Makes no attempts at a URL any more until it is resumed, whether or not anything is known of it. */
export async function pauseUrl(
  deps: Deps,
  { principal }: RequestContext,
  { url, reason }: PauseUrlRequest,
): Promise<Endpoint> {
  const misfit = checkUrl(url, '/url');
  if (misfit !== null) throw fromRejection(misfit);
  const name = endpointAt(principal.teamId, url);
  const order = { by: principal.id, reason: reason ?? null };
  const now = deps.clock.now();
  const { after } = await changeEndpoint(deps, keyOf(name), (known) => pauseByHand(known, name, order, now));
  if (after === null) throw new Error(`endpoint ${name.id} was paused and is not there`);
  return settleByHand(deps, after);
}
