import type { DeliveryDetail } from '@minoots/contract';
import { getDelivery } from '../app/deliveries/get.ts';
import { type DeliveryItem, listDeliveries } from '../app/deliveries/list.ts';
import { redeliver } from '../app/deliveries/redeliver.ts';
import { redeliverMany } from '../app/deliveries/redeliver-many.ts';
import type { Deps } from '../app/deps.ts';
import { toWireTarget } from '../wire/delivery-target.ts';
import { toWireDelivery, toWireTimer } from '../wire/timer.ts';
import type { Handlers } from './operation.ts';
import { timerAnswer } from './timers.handlers.ts';

/** Handlers of the operations on deliveries. */
export function deliveryHandlers(
  deps: Deps,
): Pick<Handlers, 'listDeliveries' | 'getDelivery' | 'redeliver' | 'redeliverMany'> {
  return {
    async listDeliveries({ ctx, query }) {
      const { items, nextCursor } = await listDeliveries(deps, ctx, query);
      const data = items.map(({ timer, delivery }) => toWireDelivery(timer, delivery));
      return { body: { data, next_cursor: nextCursor } };
    },
    async getDelivery({ ctx, params }) {
      return { body: toDetail(await getDelivery(deps, ctx, params.id), deps.clock.now()) };
    },
    async redeliver({ ctx, params }) {
      return timerAnswer(deps, ctx, await redeliver(deps, ctx, params.id));
    },
    async redeliverMany({ ctx, body }) {
      const { reopened, notReopened, nextCursor } = await redeliverMany(deps, ctx, body);
      return { body: { reopened, not_reopened: notReopened, next_cursor: nextCursor } };
    },
  };
}

function toDetail({ timer, delivery }: DeliveryItem, now: number): DeliveryDetail {
  const { id, name, agent_id, labels, status, created_at, fire_at, fired_at, settled_at } = toWireTimer(
    timer,
    now,
  );
  return {
    ...toWireDelivery(timer, delivery),
    attempt_count: delivery.attemptCount,
    target: toWireTarget(delivery.action),
    timer: { id, name, agent_id, labels, status, created_at, fire_at, fired_at, settled_at },
  };
}
