import { parseDeliveryId } from '../../wire/delivery-id.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { deliveryNotFound } from '../errors.ts';
import type { DeliveryItem } from './list.ts';

/** A delivery of the team's and its timer. @throws MinootsError `not_found` */
export async function getDelivery(
  deps: Deps,
  { principal: { teamId } }: RequestContext,
  deliveryId: string,
): Promise<DeliveryItem> {
  const parsed = parseDeliveryId(deliveryId);
  const timer = parsed && (await deps.timers.get({ teamId, timerId: parsed.timerId }));
  const delivery = timer?.deliveries.find(({ number }) => number === parsed?.number);
  if (!timer || delivery === undefined || timer.createdAt !== parsed?.createdAt)
    throw deliveryNotFound(deliveryId);
  return { timer, delivery };
}
