import type { Endpoint } from '../../domain/endpoint/state.ts';
import { chooseProber, withoutNotices } from '../../domain/endpoint/upkeep.ts';
import type { Deps } from '../deps.ts';
import { changeKnown } from './change.ts';
import { keyOf } from './endpoint-of.ts';
import { releasePostponed, releaseTimer } from './release.ts';
import { tellTeam } from './tell-team.ts';

/** Does what an endpoint has left to do: tells the team, sends what was postponed. Harmless when done twice. */
export async function settleEndpoint(deps: Deps, endpoint: Endpoint): Promise<void> {
  const { notices, release } = endpoint;
  if (notices.length > 0) {
    for (const notice of notices) await tellTeam(deps, endpoint, notice);
    await changeKnown(deps, keyOf(endpoint), (known) => withoutNotices(known, notices));
  }
  if (release !== null) await releasePostponed(deps, endpoint, release);
}

/** Lets one of the postponed deliveries be the next probe. @returns whether there is any */
export async function findProber(deps: Deps, endpoint: Endpoint): Promise<boolean> {
  const key = keyOf(endpoint);
  const { timerIds } = await deps.timers.listPostponed(key, { limit: 1, after: null });
  const [timerId] = timerIds;
  if (timerId === undefined) return false;
  const { after } = await changeKnown(deps, key, (known) => chooseProber(known, timerId, deps.clock.now()));
  const at = after?.status === 'paused' ? after.pause.probeAt : null;
  if (at !== null)
    await releaseTimer(deps, { teamId: endpoint.teamId, timerId }, endpoint.id, { at, isProbe: true });
  return true;
}

/** Does at once what a request has left to do. What cannot be done now is done within minutes by the upkeep. */
export async function settleByHand(deps: Deps, endpoint: Endpoint): Promise<Endpoint> {
  try {
    await settleEndpoint(deps, endpoint);
  } catch (error) {
    deps.logger.warn({ err: error, endpointId: endpoint.id }, 'an endpoint is looked after later');
  }
  return endpoint;
}
