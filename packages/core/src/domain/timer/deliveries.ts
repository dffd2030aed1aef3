import type { Action } from '../action.ts';
import {
  type Delivery,
  type EventActions,
  MAX_ATTEMPTS_KEPT,
  MAX_ATTEMPTS_OF_TIMER,
  MAX_DELIVERIES,
  type Timer,
  type Trigger,
} from './state.ts';

/** The actions that a trigger sets off. */
export function actionsOf(events: EventActions, trigger: Trigger): readonly Action[] {
  return trigger === 'progress' ? (events.progress?.actions ?? []) : events[trigger];
}

/** The actions of an event as deliveries that are due at once, after those that the timer has. */
export function withDeliveries(
  timer: Timer,
  trigger: Trigger,
  now: number,
  share: number | null = null,
): Timer {
  const actions = actionsOf(timer.events, trigger);
  const last = timer.deliveries.at(-1)?.number ?? 0;
  const added = actions.map(
    (action, index): Delivery => ({
      number: last + index + 1,
      trigger,
      share,
      action,
      status: 'pending',
      attemptCount: 0,
      roundStart: 0,
      attempts: [],
      nextAttemptAt: now,
      lease: null,
    }),
  );
  return added.length === 0 ? timer : { ...timer, deliveries: [...timer.deliveries, ...added] };
}

/**
 * What a timer keeps of deliveries: over the limit the oldest of failures and of progress go, if they are over, and the
 * oldest attempts.
 */
export function withinBounds(deliveries: Delivery[]): Delivery[] {
  let excess = deliveries.length - MAX_DELIVERIES;
  const kept = deliveries.filter((delivery) => !(isRepeatable(delivery) && isOver(delivery) && excess-- > 0));
  const share = Math.floor(MAX_ATTEMPTS_OF_TIMER / kept.length);
  const most = Math.min(MAX_ATTEMPTS_KEPT, Math.max(1, share));
  return kept.map((delivery) =>
    delivery.attempts.length <= most ? delivery : { ...delivery, attempts: delivery.attempts.slice(-most) },
  );
}

/** A timer may fail again after a redelivery, and pass the same shares again after a touch. */
function isRepeatable({ trigger }: Delivery): boolean {
  return trigger === 'failure' || trigger === 'progress';
}

/** Whether nothing is left to deliver. */
export function isDelivered({ deliveries }: Pick<Timer, 'deliveries'>): boolean {
  return deliveries.every(isOver);
}

/** Whether a delivery has run out of attempts. */
export function hasExhausted({ deliveries }: Pick<Timer, 'deliveries'>): boolean {
  return deliveries.some(({ status }) => status === 'exhausted');
}

/** Whether no attempt at it is due or under way. */
export function isOver({ status }: Pick<Delivery, 'status'>): boolean {
  return status === 'succeeded' || status === 'exhausted';
}
