import { createTimer, type NewTimer } from '../domain/timer/create.ts';
import type { Timer } from '../domain/timer/state.ts';
import { onExpire } from '../domain/timer/test-timer.ts';

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
