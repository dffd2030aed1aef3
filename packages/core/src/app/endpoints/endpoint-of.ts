import type { Action } from '../../domain/action.ts';
import type { EndpointName } from '../../domain/endpoint/state.ts';
import { endpointUrl, isFixed } from '../../domain/endpoint/url.ts';
import type { EndpointKey } from '../../ports/endpoint-store.ts';
import { targetOf } from '../actions/target-of.ts';
import { idFor } from '../ids.ts';

/** The endpoint that a URL of a team belongs to. */
export function endpointAt(teamId: string, target: string): EndpointName {
  const url = endpointUrl(target);
  return { id: idFor('end', teamId, url), teamId, url };
}

/**
 * The endpoint that an action calls; null for one that calls nobody, or somebody whose URL a secret holds.
 * `isFixed`: whether it is called at one and the same URL always.
 */
export function endpointOf(teamId: string, action: Action): (EndpointName & { isFixed: boolean }) | null {
  const target = targetOf(action);
  return target === null ? null : { ...endpointAt(teamId, target), isFixed: isFixed(target) };
}

export function keyOf({ id, teamId }: Pick<EndpointName, 'id' | 'teamId'>): EndpointKey {
  return { teamId, endpointId: id };
}
