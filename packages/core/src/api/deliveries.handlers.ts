import { listDeliveries } from '../app/deliveries/list.ts';
import { redeliver } from '../app/deliveries/redeliver.ts';
import type { Deps } from '../app/deps.ts';
import { toWireDelivery } from '../wire/timer.ts';
import type { Handlers } from './operation.ts';
import { timerAnswer } from './timers.handlers.ts';

/** Handlers of the operations on deliveries. */
export function deliveryHandlers(deps: Deps): Pick<Handlers, 'listDeliveries' | 'redeliver'> {
  return {
    async listDeliveries({ ctx, query }) {
      const { items, nextCursor } = await listDeliveries(deps, ctx, query);
      const data = items.map(({ timer, delivery }) => toWireDelivery(timer, delivery));
      return { body: { data, next_cursor: nextCursor } };
    },
    async redeliver({ ctx, params }) {
      return timerAnswer(deps, await redeliver(deps, ctx, params.id));
    },
  };
}
