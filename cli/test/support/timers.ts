import type { Timer } from '@minoots/contract';

/** For tests: a running timer of one minute, half over. */
export function aTimer(changes: Partial<Timer> = {}): Timer {
  return {
    id: 'tmr_1',
    team_id: 'team_local',
    created_by: 'key_owner',
    name: 'tea',
    agent_id: null,
    labels: {},
    metadata: null,
    status: 'running',
    generation: 1,
    created_at: '2030-01-31T09:00:00.000Z',
    updated_at: '2030-01-31T09:00:00.000Z',
    started_at: '2030-01-31T09:00:00.000Z',
    fire_at: '2030-01-31T09:01:00.000Z',
    fired_at: null,
    settled_at: null,
    drift_ms: null,
    progress: 0.5,
    time_remaining_ms: 30_000,
    depends_on: [],
    waiting_for: [],
    depends_on_when: null,
    on_dependency_failure: null,
    conditions: null,
    retry: 'standard',
    lineage: null,
    recheck_at: null,
    throttled_until: null,
    schedule_id: null,
    escalates: null,
    shared: null,
    deliveries: [],
    ...changes,
  };
}
