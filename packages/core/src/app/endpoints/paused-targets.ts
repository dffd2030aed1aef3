import type { Endpoint } from '../../domain/endpoint/state.ts';
import { actionsOf } from '../../domain/timer/deliveries.ts';
import type { Timer, Trigger } from '../../domain/timer/state.ts';
import type { Deps } from '../deps.ts';
import { endpointOf, keyOf } from './endpoint-of.ts';

const TRIGGERS = ['expire', 'cancel', 'failure', 'progress'] as const satisfies Trigger[];

/** The endpoints that a timer would call and that are paused at present, each once. */
export async function pausedTargets({ endpoints }: Deps, { teamId, events }: Timer): Promise<Endpoint[]> {
  const actions = TRIGGERS.flatMap((trigger) => actionsOf(events, trigger));
  const named = actions.flatMap((action) => endpointOf(teamId, action) ?? []);
  const distinct = [...new Map(named.map((endpoint) => [endpoint.id, endpoint])).values()];
  const found = await Promise.all(distinct.map((endpoint) => endpoints.get(keyOf(endpoint))));
  return found.filter((endpoint) => endpoint?.status === 'paused');
}
