import { describe, expect, it } from '@jest/globals';
import { MinootsClient } from '../src/sdk/client.ts';
import { Transport } from '../src/sdk/http.ts';
import { commandsOnServer } from './support/commands-on-server.ts';

const { onTerminal: minoots, connection } = commandsOnServer();
const client = new MinootsClient(new Transport(async () => connection()));

describe('minoots runners', () => {
  it('lists what there is, and removes', async () => {
    const labels = ['gpu', 'linux'];
    await client.runners.register('run_cli', { name: 'build', labels, accepts: ['command'] });
    const { stdout } = await minoots('runners', 'list');
    expect(stdout).toMatch(/^ID +NAME +LABELS +ACCEPTS +ONLINE +LAST SEEN\n/);
    expect(stdout).toMatch(/\nrun_cli +build +gpu linux +command +yes /);
    expect((await minoots('runners', 'remove', 'run_cli')).stdout).toMatch(/^✓ build is removed\n$/);
    expect(await client.runners.list()).not.toContainEqual(expect.objectContaining({ id: 'run_cli' }));
  });
});

describe('client.runners', () => {
  it('takes a job, holds it, gives it back and reports on it', async () => {
    await client.runners.register('run_sdk', { name: 'sdk', labels: ['sdk'], accepts: ['command'] });
    const command = { run: 'make', runs_on: ['sdk'] };
    const waiting = client.runners.lease('run_sdk', { limit: 2, waitMs: 20_000 });
    const { id } = await client.timers.create({
      name: 'tea',
      duration: 1,
      retry: 'quick',
      events: { on_expire: { command } },
    });
    const [job] = await waiting;
    if (job === undefined) throw new Error('there is no job');
    const held = { runner_id: 'run_sdk', attempt: 1 };
    const { lease_until: until } = await client.runners.heartbeat(job.id, held);
    expect(Date.parse(until)).toBeGreaterThanOrEqual(Date.parse(job.lease_until));
    await client.runners.release(job.id, { ...held, reason: 'stops' });
    const [again] = await client.runners.lease('run_sdk');
    expect(again).toMatchObject({ id: job.id, attempt: 2 });
    const report = { ...held, attempt: 2, outcome: 'failed', duration_ms: 3, exit_code: 7 } as const;
    await client.runners.complete(job.id, { ...report, outcome: 'refused', error: 'not here' });
    const { stdout } = await minoots('delivery', job.id);
    expect(stdout).toMatch(/runs on +sdk\n/);
    expect(stdout).toMatch(/2 +\S+ \S+ +3 ms +refused +7 +not here/);
    expect(await client.timers.get(id)).toMatchObject({ status: 'failed' });
  });

  it('sends no Idempotency-Key with what goes out all the time', async () => {
    const sent: Record<string, boolean> = {};
    const never = new Promise<never>(() => undefined);
    const recording = new MinootsClient({
      send: ({ path, headers }) => {
        sent[path] = 'idempotency-key' in headers;
        return never;
      },
      open: () => never,
    });
    void recording.runners.lease('x');
    void recording.runners.heartbeat('dlv_1_a_x', { runner_id: 'x', attempt: 1 });
    void recording.runners.release('dlv_1_a_x', { runner_id: 'x', attempt: 1, reason: 'stops' });
    expect(sent).toEqual({
      '/v1/runners/x/lease': false,
      '/v1/jobs/dlv_1_a_x/heartbeat': false,
      '/v1/jobs/dlv_1_a_x/release': true,
    });
  });
});
