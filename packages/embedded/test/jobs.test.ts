import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Delivery, type Job, JobLease, JobList, Runner } from '@minoots/contract';
import { BUILT_IN_RUNNER_ID } from '@minoots/core';
import { type ApiClient, until } from '@minoots/core/testing';
import { type DataFolder, makeDataFolder } from './support/data-folder.ts';

const LABEL = 'only-of-this-test';
/** The test itself takes the place of the runner that is part of the server. */
const env = { MINOOTS_RUNNER: 'off' };

describe('jobs under way when the server dies', () => {
  let data: DataFolder;
  beforeEach(async () => {
    data = await makeDataFolder();
  });
  afterEach(() => data.close());

  /** Gives a runner a job of a new timer. */
  async function hold(api: ApiClient, runner: string): Promise<{ timerId: string; job: Job }> {
    const body = { name: runner, labels: [LABEL], accepts: ['command'] };
    await api.read(Runner, 200, 'PUT', `/v1/runners/${runner}`, { body });
    const command = { run: 'make', runs_on: [LABEL] };
    const { id: timerId } = await api.create({ duration: 1, events: { on_expire: { command } } });
    const path = `/v1/runners/${runner}/lease`;
    const { data: jobs } = await api.read(JobList, 200, 'POST', path, { body: { wait: '20s' } });
    const [job] = jobs;
    if (job?.timer.id !== timerId) throw new Error('the runner got another job');
    return { timerId, job };
  }

  it('stay with runners of their own, and go back if the runner was part of the server', async () => {
    const first = data.launch({ env });
    const api = await first.ready();
    const other = await hold(api, 'run_elsewhere');
    const own = await hold(api, BUILT_IN_RUNNER_ID);
    await first.stop('SIGKILL');

    const again = await data.launch({ env }).ready();
    const back = await until('the job goes back', async () => {
      const [delivery] = (await again.timer(own.timerId)).deliveries;
      return delivery?.status === 'queued' ? delivery : null;
    });
    expect(back.attempts).toMatchObject([{ outcome: 'interrupted', runner_id: BUILT_IN_RUNNER_ID }]);

    const body = { runner_id: 'run_elsewhere', attempt: 1 };
    const path = `/v1/jobs/${other.job.id}`;
    await again.read(JobLease, 200, 'POST', `${path}/heartbeat`, { body });
    const report = { ...body, outcome: 'succeeded', duration_ms: 1 };
    const done = await again.read(Delivery, 200, 'POST', `${path}/complete`, { body: report });
    expect(done.attempts).toMatchObject([{ number: 1, outcome: 'succeeded' }]);
  });
});
