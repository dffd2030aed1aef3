import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isAlive } from '../src/daemon/find.ts';
import { aScript, jobServer } from './support/job-server.ts';
import { RunnerProcess } from './support/runner-process.ts';
import { tempHome } from './support/temp-home.ts';
import { until } from './support/until.ts';

describe('minoots runner', () => {
  let home: string;
  let folder: string;
  let server: Awaited<ReturnType<typeof jobServer>>;
  let runners: RunnerProcess[];
  let remove: () => void;
  beforeEach(async () => {
    ({ home, remove } = tempHome());
    folder = join(home, 'project');
    mkdirSync(folder);
    server = await jobServer();
    runners = [];
  });
  afterEach(async () => {
    await Promise.all(runners.map((runner) => runner.stop('SIGKILL')));
    await server.close();
    remove();
  });

  const start = (...args: string[]) => {
    const settings = { MINOOTS_URL: server.url, MINOOTS_API_KEY: 'key-of-the-test' };
    const runner = new RunnerProcess(home, ['--folder', folder, ...args], settings);
    runners.push(runner);
    return runner;
  };
  const told = (what: string, count = 1) =>
    until(`${count} × ${what}`, () => (server.of(what).length >= count ? server.of(what).at(-1) : null));
  const pidIn = (name: string) =>
    until(`a process id in ${name}`, () => {
      const file = join(folder, name);
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      return /^\d+\n/.test(text) ? Number(text) : null;
    });

  it('carries out commands in its folder, and files where it may', async () => {
    const reports = join(home, 'reports');
    mkdirSync(reports);
    start('--allow-commands', '--allow-folder', reports, '--label', 'a', '--label', 'b');
    expect(await told('register')).toMatchObject({
      runner: expect.stringMatching(/^run_/),
      body: { name: 'test', labels: ['a', 'b'], accepts: ['command', 'file_write'] },
    });
    server.post(aScript('pwd; echo "key: $MINOOTS_API_KEY"'));
    expect(await told('complete')).toMatchObject({
      body: { attempt: 1, outcome: 'succeeded', exit_code: 0, output_tail: `${folder}\nkey: \n` },
    });
    server.post({ type: 'file_write', file: 'a/b.txt', content: 'text', append: false });
    server.post({ type: 'file_write', file: '../b.txt', content: 'text', append: false });
    await told('complete', 3);
    const outcomes = server.of('complete').map(({ body }) => body.outcome);
    expect(outcomes.sort()).toEqual(['refused', 'succeeded', 'succeeded']);
    expect(readFileSync(join(reports, 'a', 'b.txt'), 'utf8')).toBe('text');
  });

  it('asks only for what it may do, and refuses the rest', async () => {
    start('--allow-command', 'echo *');
    expect(await told('register')).toMatchObject({ body: { accepts: ['command'] } });
    server.post(aScript('echo hi; touch here'));
    server.post({ type: 'command', run: { argv: ['echo', 'hi'] }, env: {}, cwd: null, timeout_ms: 5_000 });
    await told('complete', 2);
    const outcomes = server.of('complete').map(({ body }) => [body.outcome, body.output_tail]);
    expect(outcomes.sort()).toEqual([
      ['refused', ''],
      ['succeeded', 'hi\n'],
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('lets what is under way finish when it is stopped, and ends with 0', async () => {
    const runner = start('--allow-commands');
    server.post(aScript('echo $$ > pid; while [ ! -e go ]; do sleep 0.05; done; echo done; rm go'));
    await pidIn('pid');
    runner.child.kill('SIGTERM');
    await runner.saw('runner.stopping');
    server.post(aScript('true'));
    expect(server.of('complete')).toEqual([]);
    writeFileSync(join(folder, 'go'), '');
    expect(await runner.ended).toMatchObject({ code: 0, stderr: '' });
    expect(server.of('complete')).toMatchObject([{ body: { outcome: 'succeeded', output_tail: 'done\n' } }]);
    expect(runner.events().map(({ type }) => type)).toEqual([
      'runner.ready',
      'job.started',
      'runner.stopping',
      'job.ended',
    ]);
  });

  it('kills at its grace what does not finish, and gives it back', async () => {
    const runner = start('--allow-commands', '--grace', '100ms');
    server.post(aScript('echo $$ > pid; exec sleep 600'));
    const pid = await pidIn('pid');
    expect(await runner.stop('SIGINT')).toMatchObject({ code: 0 });
    expect(isAlive(pid)).toBe(false);
    expect(server.of('release')).toMatchObject([{ body: { attempt: 1, reason: 'the runner is stopping' } }]);
    expect(server.of('complete')).toEqual([]);
  });

  it('kills at once at a second signal, and ends with 1', async () => {
    const runner = start('--allow-commands');
    server.post(aScript("trap '' TERM; echo $$ > pid; while :; do sleep 0.1; done"));
    const pid = await pidIn('pid');
    runner.child.kill('SIGINT');
    await runner.saw('runner.stopping');
    expect(await runner.stop('SIGINT')).toMatchObject({ code: 1 });
    expect(isAlive(pid)).toBe(false);
    expect(server.of('release')).toHaveLength(1);
  });

  it('leaves no process behind when it is killed, and gives the job back at its next start', async () => {
    const first = start('--allow-commands');
    const job = server.post(aScript("(trap '' TERM; sh -c 'echo $$ > pid; exec sleep 600') & wait"));
    const pid = await pidIn('pid');
    await first.stop('SIGKILL');
    await until('its command to be gone', () => (isAlive(pid) ? null : true));
    const [before] = server.of('register');
    start('--allow-commands');
    expect(await told('release')).toMatchObject({
      runner: before?.runner,
      body: { attempt: 1, reason: 'the runner was killed' },
    });
    expect(server.of('register').map(({ runner }) => runner)).toEqual([before?.runner, before?.runner]);
    server.post(aScript('true'), { id: job.id, attempt: 2 });
    expect(await told('complete')).toMatchObject({ body: { attempt: 2, outcome: 'succeeded' } });
  });

  it('ends when its key does not do any more, and says so', async () => {
    const runner = start('--allow-commands');
    await runner.saw('runner.ready');
    server.changeKey('another-key');
    server.post(aScript('true'));
    const { code, stderr } = await runner.ended;
    expect([code, JSON.parse(stderr)]).toMatchObject([1, { error: { code: 'unauthenticated' } }]);
  });

  it('is one process under a name', async () => {
    await start('--allow-commands').saw('runner.ready');
    const { code, stderr } = await start('--allow-commands').ended;
    expect([code, JSON.parse(stderr)]).toMatchObject([1, { error: { code: 'runner_in_use' } }]);
  });

  it.each([
    [[], 'say what it may do'],
    [['--allow-commands', '--name', '../x'], 'Use 1 to 63'],
    [['--allow-commands', '--label', 'a b'], 'Use 1 to 63'],
    [['--allow-folder', '/no/such/folder'], 'there is no folder /no/such/folder'],
    [['--allow-commands', '--concurrency', '0'], 'Use a whole number'],
    [['--allow-commands', '--grace', 'soon'], 'Use milliseconds'],
  ])('refuses %j', async (args, reason) => {
    const { code, stderr } = await start(...args).ended;
    expect([code, stderr]).toEqual([2, expect.stringContaining(reason)]);
  });
});
