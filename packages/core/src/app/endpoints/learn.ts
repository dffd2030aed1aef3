import type { AttemptReport } from '../../actions/performer.ts';
import { learnFailure, learnSuccess, missProbe } from '../../domain/endpoint/learn.ts';
import type { Endpoint } from '../../domain/endpoint/state.ts';
import { needsProber } from '../../domain/endpoint/upkeep.ts';
import type { Delivery, Timer } from '../../domain/timer/state.ts';
import { deliveryId } from '../../wire/delivery-id.ts';
import type { Deps } from '../deps.ts';
import { changeEndpoint, changeKnown, type EndpointChange } from './change.ts';
import { endpointOf, keyOf } from './endpoint-of.ts';
import { findProber, settleEndpoint } from './settle.ts';

/**
 * Takes in what the outcome of an attempt says of its endpoint, and does what follows. Costs nothing where an endpoint that
 * is well has answered well. Never rejects: what is lost here is one attempt in the count.
 * @param name tells the attempt from all others of the endpoint
 */
export async function learnOutcome(
  deps: Deps,
  timer: Timer,
  delivery: Delivery,
  name: string,
  report: AttemptReport,
): Promise<void> {
  const endpoint = endpointOf(timer.teamId, delivery.action);
  if (endpoint === null) return;
  const origin = {
    timerId: timer.id,
    timerName: timer.name,
    deliveryId: deliveryId(timer, delivery.number),
  };
  const made = { attempt: name, origin, at: report.at };
  try {
    const change = await learn(deps, endpoint, delivery, made, report);
    if (change !== null) await follow(deps, change);
  } catch (error) {
    deps.logger.warn(
      { err: error, endpointId: endpoint.id },
      'an attempt is left out of the count of failures',
    );
  }
}

type Made = Parameters<typeof learnSuccess>[1];

async function learn(
  deps: Deps,
  endpoint: NonNullable<ReturnType<typeof endpointOf>>,
  delivery: Delivery,
  made: Made,
  { outcome, error, responseStatus, isOwnFault }: AttemptReport,
): Promise<EndpointChange | null> {
  const key = keyOf(endpoint);
  const now = deps.clock.now();
  const isFailure = (outcome === 'failed' || outcome === 'gone') && isOwnFault !== true;
  if (isFailure) {
    const isGone = outcome === 'gone' && endpoint.isFixed;
    const failed = { ...made, isGone, error: error ?? `answered ${responseStatus}` };
    return changeEndpoint(deps, key, (known) => learnFailure(known, endpoint, failed, now));
  }
  const status = await deps.endpoints.glance(key);
  if (outcome === 'succeeded') {
    // This very delivery may have failed before, in another process.
    if (status === null && delivery.attempts.length === 0) return null;
    return changeKnown(deps, key, (known) => learnSuccess(known, made, now));
  }
  if (status !== 'paused') return null;
  return changeKnown(deps, key, (known) => missProbe(known, made.attempt, now));
}

/** Does what a change has left to do. What others have left is looked after elsewhere. */
async function follow(deps: Deps, { before, after }: EndpointChange): Promise<void> {
  if (after === null) return;
  const isTold = after.notices.length <= (before?.notices.length ?? 0);
  if (!isTold) await settleEndpoint(deps, after);
  if (isProbing(before) && needsProber(after, deps.clock.now())) await findProber(deps, after);
}

function isProbing(endpoint: Endpoint | null): boolean {
  return endpoint?.status === 'paused' && endpoint.pause.probe !== null;
}
