import type { Action, CommandAction } from '../action.ts';
import { createTimer, type NewTimer } from './create.ts';
import type { Attempt, EventActions, Timer } from './state.ts';

/** When the timers of tests are made, in epoch ms. */
export const BIRTH = Date.UTC(2030, 0, 31, 8);

export const webhook: Action = {
  type: 'webhook',
  url: 'https://example.com/hook',
  method: 'POST',
  headers: {},
  body: null,
  timeoutMs: 15_000,
};
export const message: Action = { type: 'message', text: 'done', toAgent: null };
export const command: CommandAction = {
  type: 'command',
  run: 'npm run deploy',
  shell: true,
  cwd: null,
  env: {},
  timeoutMs: 600_000,
  runsOn: [],
};

/** Actions for these events, and none for the others. */
export function acting(fields: Partial<EventActions>): EventActions {
  return { expire: [], cancel: [], failure: [], progress: null, ...fields };
}

/** Actions for when the time is up, and none for anything else. */
export function onExpire(actions: Action[]): EventActions {
  return acting({ expire: actions });
}

/** All that makes a timer of one minute with one webhook. */
export function newTimer(fields: Partial<NewTimer> = {}): NewTimer {
  return {
    id: 'tmr_4fZk0Qw7cTn2Ry9LbXa1Ve',
    teamId: 'team_1',
    createdBy: 'key_1',
    name: 'backup',
    agentId: null,
    labels: {},
    metadata: null,
    when: { type: 'span', ms: 60_000 },
    events: onExpire([webhook]),
    retry: { type: 'quick' },
    dependencies: null,
    conditions: null,
    lineage: null,
    scheduleId: null,
    fingerprint: null,
    ...fields,
  };
}

/** Such a timer, made at `BIRTH`. */
export function timerOf(fields: Partial<NewTimer> = {}): Timer {
  return createTimer(newTimer(fields), BIRTH);
}

/** An attempt that went as told, handed off at `at`. */
export function attemptOf(number: number, outcome: Attempt['outcome'], at: number): Attempt {
  const isAnswered = outcome === 'succeeded' || outcome === 'gone';
  return {
    number,
    at,
    durationMs: 12,
    outcome,
    responseStatus: isAnswered ? 200 : 500,
    responseBody: '',
    error: outcome === 'succeeded' ? null : 'answered 500',
  };
}
