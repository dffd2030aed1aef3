import type { Action } from '../domain/action.ts';
import { createTimer, type NewTimer } from '../domain/timer/create.ts';
import { transition } from '../domain/timer/transition.ts';
import type { AttemptContext } from './performer.ts';

/** When the timers of these tests are due, in epoch ms. */
export const FIRE_AT = Date.UTC(2030, 0, 31, 9);

/** The first attempt at `action`, on a timer that fired 7 ms late. */
export function attemptContext(action: Action, fields: Partial<NewTimer> = {}): AttemptContext {
  const timer = createTimer({ ...blankTimer, actions: [action], ...fields }, FIRE_AT - 60_000);
  const fired = transition(timer, { type: 'wake', generation: timer.generation }, FIRE_AT + 7);
  if (!fired.ok) throw new Error(fired.detail);
  const [delivery] = fired.value.timer.deliveries;
  if (delivery === undefined) throw new Error('the timer has no delivery');
  return { timer: fired.value.timer, delivery, attempt: 1 };
}

const blankTimer: NewTimer = {
  id: 'tmr_4fZk0Qw7cTn2Ry9LbXa1Ve',
  teamId: 'team_1',
  createdBy: 'key_1',
  name: 'backup',
  agentId: null,
  labels: {},
  metadata: null,
  when: { type: 'instant', at: FIRE_AT },
  actions: [],
  retry: { type: 'standard' },
  dependencies: null,
  conditions: null,
  scheduleId: null,
  fingerprint: null,
};
