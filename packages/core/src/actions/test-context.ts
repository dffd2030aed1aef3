import type { Action } from '../domain/action.ts';
import { createTimer, type NewTimer } from '../domain/timer/create.ts';
import { newTimer, onExpire } from '../domain/timer/test-timer.ts';
import { transition } from '../domain/timer/transition.ts';
import type { AttemptContext } from './performer.ts';

/** When the timers of these tests are due, in epoch ms. */
export const FIRE_AT = Date.UTC(2030, 0, 31, 9);

/** The first attempt at `action`, on a timer that fired 7 ms late. */
export function attemptContext(
  action: Action,
  fields: Partial<NewTimer> = {},
  secrets: Record<string, string> = {},
): AttemptContext {
  const input = newTimer({ events: onExpire([action]), when: { type: 'instant', at: FIRE_AT }, ...fields });
  const timer = createTimer(input, FIRE_AT - 60_000);
  const fired = transition(timer, { type: 'wake', generation: timer.generation }, FIRE_AT + 7);
  if (!fired.ok) throw new Error(fired.detail);
  const [delivery] = fired.value.timer.deliveries;
  if (delivery === undefined) throw new Error('the timer has no delivery');
  return { timer: fired.value.timer, delivery, attempt: 1, secrets: new Map(Object.entries(secrets)) };
}
