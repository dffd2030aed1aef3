import type { Action } from '../action.ts';
import type { Delivery, EventActions, Timer, Trigger } from './state.ts';

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

/** Whether nothing is left to deliver. */
export function isDelivered({ deliveries }: Pick<Timer, 'deliveries'>): boolean {
  return deliveries.every(isOver);
}

/** Whether no attempt at it is due or under way. */
export function isOver({ status }: Pick<Delivery, 'status'>): boolean {
  return status === 'succeeded' || status === 'exhausted';
}
