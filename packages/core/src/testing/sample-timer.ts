import { createTimer, type NewTimer } from '../domain/timer/create.ts';
import type { Timer } from '../domain/timer/state.ts';
import { command, onExpire } from '../domain/timer/test-timer.ts';
import { transition } from '../domain/timer/transition.ts';

let count = 0;

/** A running timer of `team_a` that fires in a minute, made at `now`; any field may be given. */
export function sampleTimer(fields: Partial<NewTimer> = {}, now = Date.UTC(2030, 0, 1)): Timer {
  return createTimer(
    {
      id: `tmr_sample${++count}`,
      teamId: 'team_a',
      createdBy: 'key_owner',
      name: 'tea',
      agentId: null,
      labels: {},
      metadata: null,
      when: { type: 'span', ms: 60_000 },
      events: onExpire([]),
      retry: { type: 'standard' },
      dependencies: null,
      conditions: null,
      lineage: null,
      scheduleId: null,
      fingerprint: null,
      ...fields,
    },
    now,
  );
}

/** A timer like `sampleTimer` that fired at `now` and whose command has been waiting for a runner since. */
export function sampleJobTimer(fields: Partial<NewTimer> = {}, now = Date.UTC(2030, 0, 1)): Timer {
  const timer = sampleTimer(
    { events: onExpire([command]), when: { type: 'instant', at: now }, ...fields },
    now,
  );
  const fired = transition(timer, { type: 'wake', generation: timer.generation }, now);
  if (!fired.ok) throw new Error(fired.detail);
  return fired.value.timer;
}
