import type { Job, JobAction } from '@minoots/contract';

/** For tests: a job with this to do. */
export function aJob(action: JobAction, { number = 1, attempt = 1 } = {}): Job {
  return {
    id: `dlv_${number}_mh5k2p0q_tmr_test`,
    attempt,
    timer: { id: 'tmr_test', name: 'test' },
    action,
    lease_until: '2030-01-31T09:00:00.000Z',
  };
}

/** For tests: a script as an action. */
export function aScript(
  script: string,
  changes: Partial<Extract<JobAction, { type: 'command' }>> = {},
): JobAction {
  return { type: 'command', run: { script }, env: {}, cwd: null, timeout_ms: 60_000, ...changes };
}
