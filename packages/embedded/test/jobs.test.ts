import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Delivery, type Job, JobLease, JobList, OPERATIONS, Runner } from '@minoots/contract';
import { BUILT_IN_RUNNER_ID } from '@minoots/core';
import { type ApiClient, until } from '@minoots/core/testing';
import { type DataFolder, makeDataFolder } from './support/data-folder.ts';

const LABEL = 'only-of-this-test';
/** The test itself takes the place of the runner that is part of the server. */
const env = { MINOOTS_RUNNER: 'off' };

describe('jobs of a server that dies', () => {
  let data: DataFolder;
  beforeEach(async () => {
    data = await makeDataFolder();
  });
  afterEach(() => data.close());

  async function register(api: ApiClient, runner: string): Promise<void> {
    const body = { name: runner, labels: [LABEL], accepts: ['command'] };
    await api.read(Runner, 200, 'PUT', `/v1/runners/${runner}`, { body });
  }

  /** A new timer that fires at once. */
  async function timerWithJob(api: ApiClient): Promise<string> {
    const command = { run: 'make', runs_on: [LABEL] };
    return (await api.create({ duration: 1, events: { on_expire: { command } } })).id;
  }

  /** Gives a runner a job of a new timer. */
  async function hold(api: ApiClient, runner: string): Promise<{ timerId: string; job: Job }> {
    await register(api, runner);
    const timerId = await timerWithJob(api);
    return { timerId, job: await take(api, runner, timerId) };
  }

  async function take(api: ApiClient, runner: string, timerId: string): Promise<Job> {
    const path = `/v1/runners/${runner}/lease`;
    const { data: jobs } = await api.read(JobList, 200, 'POST', path, { body: { wait: '20s' } });
    const [job] = jobs;
    if (job?.timer.id !== timerId) throw new Error('the runner got another job');
    return job;
  }

  /** Lets days pass while no server runs: what waits for a runner has waited for so much longer. */
  function sleepFor(days: number): void {
    const database = new DatabaseSync(data.file('minoots.db'));
    const queuedAt = '$.deliveries[0].queuedAt';
    database
      .prepare(
        `UPDATE timers SET alarm_at = alarm_at - :ms, job_at = job_at - :ms,
           doc = json_set(doc, '${queuedAt}', json_extract(doc, '${queuedAt}') - :ms)`,
      )
      .run({ ms: days * 86_400_000 });
    database.close();
  }

  it('stay, when they are under way, with runners of their own, and go back if the runner was part of the server', async () => {
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
  it('wait for a runner to be back where their day ended while the server was off', async () => {
    const first = data.launch({ env });
    const api = await first.ready();
    const timerId = await timerWithJob(api);
    await until('the job waits', async () => {
      const [delivery] = (await api.timer(timerId)).deliveries;
      return delivery?.status === 'queued' ? delivery : null;
    });
    await first.stop('SIGKILL');
    sleepFor(3);

    const again = await data.launch({ env }).ready();
    await until('the server has found it', async () => {
      const { data: log } = await again.get(OPERATIONS.getTimerLogs.output, `/v1/timers/${timerId}/logs`);
      return log.some(({ message }) => message.startsWith('Waits up to 5m more')) ? true : null;
    });
    await register(again, 'run_back');
    expect(await take(again, 'run_back', timerId)).toMatchObject({ attempt: 1 });
  });
});
