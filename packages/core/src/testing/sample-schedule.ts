import { createSchedule, type NewSchedule } from '../domain/schedule/create.ts';
import type { Schedule } from '../domain/schedule/state.ts';
import { onExpire } from '../domain/timer/test-timer.ts';

let count = 0;

/** An active schedule of `team_a` that runs each hour from `now` on; any field may be given. */
export function sampleSchedule(fields: Partial<NewSchedule> = {}, now = Date.UTC(2030, 0, 1)): Schedule {
  return createSchedule(
    {
      id: `sch_sample${++count}`,
      teamId: 'team_a',
      createdBy: 'key_owner',
      name: 'hourly',
      spec: { type: 'every', everyMs: 3_600_000, anchorAt: now },
      jitterMs: 0,
      overlap: 'skip',
      catchUp: 'none',
      template: {},
      prepared: {
        agentId: null,
        labels: {},
        metadata: null,
        events: onExpire([]),
        retry: { type: 'standard' },
        conditions: null,
      },
      fingerprint: null,
      ...fields,
    },
    now,
  );
}
