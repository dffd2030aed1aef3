import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CreatedTimer, type Delivery, Timer } from '@minoots/contract';
import { type RunningServer, startServer } from '@minoots/embedded';
import { isAlive } from '../src/daemon/find.ts';
import { run } from '../src/run.ts';
import { MinootsClient } from '../src/sdk/client.ts';
import { Transport } from '../src/sdk/http.ts';
import { RunnerProcess } from './support/runner-process.ts';
import { tempHome } from './support/temp-home.ts';
import { recordingTerminal } from './support/terminal.ts';
import { until } from './support/until.ts';

const API_KEY = 'a-key-for-the-tests-of-runners';

/** `minoots runner` and `minoots create --command` with a real server, whose own runner is off. */
describe('jobs from the command line', () => {
  let home: string;
  let folder: string;
  let remove: () => void;
  let server: RunningServer;
  let client: MinootsClient;
  let runners: RunnerProcess[];
  beforeEach(async () => {
    ({ home, remove } = tempHome());
    folder = join(home, 'project');
    mkdirSync(folder);
    const data = join(home, 'data');
    server = await startServer({ home: data, host: '127.0.0.1', port: 0, apiKey: API_KEY, clock: 'virtual' });
    client = new MinootsClient(new Transport(async () => ({ url: server.url, apiKey: API_KEY })));
    runners = [];
  });
  afterEach(async () => {
    await Promise.all(runners.map((runner) => runner.stop('SIGKILL')));
    await server.close();
    remove();
  });

  const start = async (...args: string[]) => {
    const settings = { MINOOTS_URL: server.url, MINOOTS_API_KEY: API_KEY };
    const runner = new RunnerProcess(home, ['--folder', folder, ...args], settings);
    runners.push(runner);
    await runner.saw('runner.ready');
    return runner;
  };
  const minoots = async (...argv: string[]) => {
    const { terminal, stdout, stderr } = recordingTerminal();
    const code = await run(argv, terminal, () => ({ url: server.url, apiKey: API_KEY, home }));
    return { code, stdout: stdout(), stderr: stderr() };
  };
  const create = async (...argv: string[]) =>
    CreatedTimer.parse(JSON.parse((await minoots('create', '1s', 'job', ...argv)).stdout));
  const fire = async (...argv: string[]) => {
    const { id } = await create(...argv);
    await client.service.advanceClock('1s');
    return id;
  };
  const ended = (id: string): Promise<Delivery> =>
    until(`the end of ${id}`, async () => {
      const { settled_at, deliveries } = Timer.parse(await client.timers.get(id));
      return settled_at === null ? null : (deliveries[0] ?? null);
    });
  const pidIn = (name: string) =>
    until(`a process id in ${name}`, () => {
      const path = join(folder, name);
      return existsSync(path) && /^\d+\n/.test(readFileSync(path, 'utf8'))
        ? Number(readFileSync(path, 'utf8'))
        : null;
    });

  it('run where they were typed', async () => {
    await start('--allow-commands');
    const here = await ended(await fire('--command', 'pwd'));
    expect(here).toMatchObject({ attempts: [{ outcome: 'succeeded', response_body: `${process.cwd()}\n` }] });
    const there = await ended(await fire('--command', 'pwd', '--cwd', folder));
    expect(there.attempts[0]?.response_body).toBe(`${folder}\n`);
  });

  it('write files in the folder of the runner', async () => {
    await start('--allow-folder', folder);
    await ended(await fire('--file', 'a/${timer.name}.txt', '--content', 'one\n'));
    await ended(await fire('--file', 'a/job.txt', '--content', 'two\n', '--append'));
    expect(readFileSync(join(folder, 'a', 'job.txt'), 'utf8')).toBe('one\ntwo\n');
  });

  it('go to runners with the labels that they ask for', async () => {
    const plain = await start('--allow-commands', '--name', 'plain');
    const gpu = await start('--allow-commands', '--name', 'gpu', '--label', 'gpu', '--label', 'x');
    await ended(
      await fire('--command', 'true', '--runs-on', 'gpu', '--runs-on', 'x', '--claim-within', '1h'),
    );
    await gpu.saw('job.ended');
    expect(plain.events().map(({ type }) => type)).toEqual(['runner.ready']);
  });

  it('are taken by another runner when theirs is killed, and leave nothing running', async () => {
    const first = await start('--allow-commands', '--name', 'first');
    const script = `[ "$MINOOTS_ATTEMPT" -ge 2 ] && exit
      (trap '' TERM; sh -c 'echo $$ > pid; exec sleep 600') & wait`;
    const id = await fire('--command', script, '--cwd', folder);
    const pid = await pidIn('pid');
    await first.stop('SIGKILL');
    await until('the command to be gone', () => (isAlive(pid) ? null : true));
    await client.service.advanceClock('31s');
    await start('--allow-commands', '--name', 'second');
    const { attempts } = await ended(id);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['interrupted', 'succeeded']);
    expect(new Set(attempts.map(({ runner_id }) => runner_id)).size).toBe(2);
  });

  it('go on with the same runner at once when it is started again', async () => {
    const first = await start('--allow-commands');
    const id = await fire(
      '--command',
      '[ "$MINOOTS_ATTEMPT" -ge 2 ] || { echo $$ > pid; sleep 600; }',
      '--cwd',
      folder,
    );
    await pidIn('pid');
    await first.stop('SIGKILL');
    await start('--allow-commands');
    const { attempts } = await ended(id);
    expect(attempts.map(({ outcome, error }) => [outcome, error])).toEqual([
      ['interrupted', 'given back: the runner was killed'],
      ['succeeded', null],
    ]);
  });

  it('are killed where they run when another has taken them', async () => {
    // Full, so that it does not wait for more while it is frozen.
    const first = await start('--allow-commands', '--name', 'first', '--concurrency', '1');
    const script = '[ "$MINOOTS_ATTEMPT" -ge 2 ] && exit; echo $$ > pid; exec sleep 600';
    const id = await fire('--command', script, '--cwd', folder);
    const pid = await pidIn('pid');
    first.child.kill('SIGSTOP');
    await client.service.advanceClock('31s');
    await start('--allow-commands', '--name', 'second');
    await ended(id);
    first.child.kill('SIGCONT');
    await first.saw('job.lost');
    expect(isAlive(pid)).toBe(false);
    expect((await ended(id)).attempts).toHaveLength(2);
  });

  it.each([
    [['--cwd', '/'], '--cwd goes with --command'],
    [['--file', 'x'], '--file and --content go together'],
    [['--file', '/etc/x', '--content', 'y'], 'in the folder of the runner'],
    [['--append'], '--append goes with --file'],
    [['--runs-on', 'x'], '--runs-on goes with'],
    [['--claim-within', '1h'], '--claim-within goes with'],
  ])('are not asked for by %j', async (argv, reason) => {
    const { code, stderr } = await minoots('create', '1s', 'job', ...argv);
    expect([code, stderr]).toEqual([2, expect.stringContaining(reason)]);
  });
});
