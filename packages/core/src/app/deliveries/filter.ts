import type { ListDeliveriesQuery } from '@minoots/contract';
import type { Delivery, Timer } from '../../domain/timer/state.ts';
import type { TimerFilter } from '../../ports/timer-store.ts';
import { hostNamesOf } from '../../wire/delivery-target.ts';
import { EVENTS } from '../../wire/timer.ts';

/** Which deliveries, as the wire asks for them. */
export type DeliveryFilter = Omit<ListDeliveriesQuery, 'limit' | 'cursor'>;

/** Whether a delivery is one of those asked for. */
export function matchesDelivery(timer: Timer, delivery: Delivery, filter: DeliveryFilter): boolean {
  const { status, timer_id: timerId, agent_id: agentId, event, type, host } = filter;
  return (
    (status === undefined || delivery.status === status) &&
    (timerId === undefined || timer.id === timerId) &&
    (agentId === undefined || timer.agentId === agentId) &&
    (event === undefined || EVENTS[delivery.trigger] === event) &&
    (type === undefined || delivery.action.type === type) &&
    (host === undefined || hostNamesOf(delivery.action).includes(host.toLowerCase())) &&
    isWithin(delivery.attempts.at(-1)?.at, filter)
  );
}

/** The timers that can have deliveries asked for, as narrow as stores can tell. */
export function timersWith({ status, agent_id: agentId }: DeliveryFilter): TimerFilter {
  return {
    ...(agentId === undefined ? {} : { agentId }),
    ...(status === 'exhausted'
      ? { hasExhausted: true as const }
      : { statuses: ['running', 'paused', 'firing', 'expired', 'failed', 'skipped', 'cancelled'] }),
  };
}

function isWithin(at: number | undefined, { since, until }: DeliveryFilter): boolean {
  if (since === undefined && until === undefined) return true;
  if (at === undefined) return false;
  return (since === undefined || at >= Date.parse(since)) && (until === undefined || at < Date.parse(until));
}
