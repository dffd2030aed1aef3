import { type Admission, admit } from '../../domain/endpoint/admit.ts';
import type { EndpointName } from '../../domain/endpoint/state.ts';
import { postponableMs } from '../../domain/timer/postponement.ts';
import type { Delivery, Timer } from '../../domain/timer/state.ts';
import type { EndpointDecision } from '../../ports/endpoint-store.ts';
import { toInstant } from '../../wire/timer.ts';
import { applyCommand } from '../apply-command.ts';
import type { Deps } from '../deps.ts';
import { endpointOf, keyOf } from './endpoint-of.ts';
import { releaseTimer } from './release.ts';

/** What becomes of a claimed attempt: it is made, or was postponed, or its delivery has been postponed for too long. */
export type Fate = { type: 'go' } | { type: 'postponed' } | { type: 'give-up'; why: string };

type Leased = Delivery & { lease: NonNullable<Delivery['lease']> };

const GO: Fate = { type: 'go' };

/**
 * Asks whether the endpoint of a claimed attempt takes any, and postpones the attempt where it does not. While that cannot
 * be found out attempts are made.
 * @param name tells the attempt from all others of the endpoint
 * @throws when the attempt could not be given back; then it counts as lost at the end of its lease
 */
export async function admitAttempt(
  deps: Deps,
  timer: Timer,
  delivery: Delivery,
  name: string,
): Promise<Fate> {
  const endpoint = endpointOf(timer.teamId, delivery.action);
  if (endpoint === null || !isLeased(delivery)) return GO;
  const admission = await ask(deps, endpoint, { name, timer, delivery });
  if (admission.type === 'go') return GO;
  if (postponableMs(delivery, deps.clock.now()) <= 0)
    return { type: 'give-up', why: `not sent: ${endpoint.url} has been paused for too long` };
  await postpone(deps, endpoint, timer, delivery, admission);
  return { type: 'postponed' };
}

async function ask(
  { endpoints, clock, logger }: Deps,
  endpoint: EndpointName,
  { name, timer, delivery }: { name: string; timer: Timer; delivery: Leased },
): Promise<Admission> {
  const due = { attempt: name, timerId: timer.id, until: delivery.lease.until };
  try {
    if ((await endpoints.glance(keyOf(endpoint))) !== 'paused') return { type: 'go' };
    return await endpoints.update(keyOf(endpoint), (current): EndpointDecision<Admission> => {
      if (current === null) return { result: { type: 'go' } };
      const { endpoint: next, admission } = admit(current, due, clock.now());
      return next === current ? { result: admission } : { save: next, result: admission };
    });
  } catch (error) {
    logger.warn(
      { err: error, endpointId: endpoint.id },
      'an attempt is made without asking for its endpoint',
    );
    return { type: 'go' };
  }
}

async function postpone(
  deps: Deps,
  { id, url }: EndpointName,
  { id: timerId, teamId }: Timer,
  { number, lease }: Leased,
  { pause, until }: Extract<Admission, { type: 'postpone' }>,
): Promise<void> {
  const key = { teamId, timerId };
  const reason = `Not sent: ${url} has been paused since ${toInstant(pause.at)}`;
  const attempt = { deliveryNumber: number, attempt: lease.attempt, reason };
  await applyCommand(deps, key, { type: 'postpone', ...attempt, endpointId: id, pausedAt: pause.at, until });
  // It may have resumed in between, and whoever looked for what was postponed may have looked too early.
  const present = await deps.endpoints.get({ teamId, endpointId: id });
  if (present?.status !== 'paused')
    await releaseTimer(deps, key, id, { at: deps.clock.now(), isProbe: false });
}

function isLeased(delivery: Delivery): delivery is Leased {
  return delivery.lease !== null;
}
