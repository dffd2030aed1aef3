import type { HeldJob } from '../../domain/timer/commands.ts';
import type { Timer } from '../../domain/timer/state.ts';
import type { TimerKey } from '../../ports/timer-store.ts';
import { parseDeliveryId } from '../../wire/delivery-id.ts';
import type { DeliveryItem } from '../deliveries/list.ts';
import type { RequestContext } from '../deps.ts';
import { deliveryNotFound } from '../errors.ts';

/** A job as a runner names it in its requests. */
export interface JobReference {
  key: TimerKey;
  job: HeldJob;
  /** Looks at the timer before a command. @throws MinootsError `not_found` where it has no such delivery */
  check(timer: Timer): void;
}

/**
 * Finds out which job of which timer a request is about.
 * @param id that of the delivery
 * @throws MinootsError `not_found`
 */
export function jobReference(
  { principal: { teamId } }: RequestContext,
  id: string,
  { runner_id: runnerId, attempt }: { runner_id: string; attempt: number },
): JobReference {
  const parsed = parseDeliveryId(id);
  if (parsed === null) throw deliveryNotFound(id);
  const { timerId, number: deliveryNumber, createdAt } = parsed;
  return {
    key: { teamId, timerId },
    job: { deliveryNumber, attempt, runnerId },
    check(timer) {
      const isThere = timer.deliveries.some(({ number }) => number === deliveryNumber);
      if (!isThere || timer.createdAt !== createdAt) throw deliveryNotFound(id);
    },
  };
}

/** The delivery that a job is an attempt at. */
export function deliveryOf(timer: Timer, { deliveryNumber }: HeldJob): DeliveryItem {
  const delivery = timer.deliveries.find(({ number }) => number === deliveryNumber);
  if (delivery === undefined)
    throw new Error(`timer ${timer.id} changed delivery ${deliveryNumber}, which it lacks`);
  return { timer, delivery };
}
