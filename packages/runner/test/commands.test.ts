import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JobAction } from '@minoots/contract';
import { createCarryOut } from '../src/carry-out.ts';
import type { Permissions } from '../src/permissions.ts';
import { aJob } from './support/jobs.ts';
import { gone, isAlive, pidIn } from './support/processes.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';

type Command = Extract<JobAction, { type: 'command' }>;
const ANY: Permissions = { commands: { patterns: [] }, folders: [] };

describe('a command', () => {
  let folder: string;
  let remove: () => void;
  beforeEach(() => {
    ({ folder, remove } = tempFolder());
  });
  afterEach(() => remove());

  const start = (action: Partial<Command>, { permissions = ANY, env = process.env } = {}) =>
    createCarryOut({ permissions, folder, env })(
      aJob({ type: 'command', run: { script: 'true' }, env: {}, cwd: null, timeout_ms: 60_000, ...action }),
    );
  const run = (action: Partial<Command>, settings = {}) => start(action, settings).ended;
  const script = (text: string, more: Partial<Command> = {}) => run({ run: { script: text }, ...more });

  it('succeeds with exit code 0, and tells the end of both outputs in their order', async () => {
    const outcome = await script('for n in 1 2 3; do echo out $n; echo err $n >&2; done');
    expect(outcome).toEqual({
      outcome: 'succeeded',
      exitCode: 0,
      error: null,
      durationMs: expect.any(Number),
      outputTail: 'out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n',
    });
  });

  it('fails with any other exit code, a signal, or a program that is not there', async () => {
    expect(await script('echo no; exit 3')).toMatchObject({
      outcome: 'failed',
      exitCode: 3,
      error: 'it ended with exit code 3',
      outputTail: 'no\n',
    });
    expect(await script('kill -9 $$')).toMatchObject({
      outcome: 'failed',
      exitCode: null,
      error: 'it was ended by SIGKILL',
    });
    expect(await run({ run: { argv: ['no-such-program', 'x'] } })).toMatchObject({
      outcome: 'failed',
      exitCode: null,
      error: 'there is no program no-such-program',
    });
  });

  it('gives arguments to a program as they are, with no shell between', async () => {
    const argv = ['printf', '%s|', '$(touch pwned)', '; touch pwned', '*', "it's", ''];
    expect((await run({ run: { argv } })).outputTail).toBe("$(touch pwned)|; touch pwned|*|it's||");
  });

  it('finds programs by the PATH of the job, and by a path from its folder on', async () => {
    await script('mkdir bin sub && printf "#!/bin/sh\\necho mine" > bin/thing && chmod +x bin/thing');
    const path = join(folder, 'bin');
    expect((await run({ run: { argv: ['thing'] }, env: { PATH: path } })).outputTail).toBe('mine\n');
    expect((await run({ run: { argv: ['../bin/thing'] }, cwd: 'sub' })).outputTail).toBe('mine\n');
  });

  it('has an empty input', async () => {
    expect(await script('cat; echo over')).toMatchObject({ outcome: 'succeeded', outputTail: 'over\n' });
  });

  it('finds the environment of the runner without its credentials, and that of the job', async () => {
    const env = {
      PATH: process.env.PATH,
      KEPT: 'kept',
      CHANGED: 'old',
      MINOOTS_API_KEY: 'x',
      MINOOTS_SECRET_KEY: 'x',
      MINOOTS_HOME: '/h',
    };
    const outcome = await run(
      { run: { argv: ['env'] }, env: { CHANGED: 'new', NODE_OPTIONS: '--no' } },
      { env },
    );
    const names = outcome.outputTail.split('\n');
    expect(names).toEqual(
      expect.arrayContaining(['KEPT=kept', 'CHANGED=new', 'MINOOTS_HOME=/h', 'NODE_OPTIONS=--no']),
    );
    expect(outcome.outputTail).not.toMatch(/MINOOTS_(?:API|SECRET)_KEY/);
  });

  it('runs in the folder of the runner, or in one below it that the job names', async () => {
    expect((await script('pwd; mkdir -p a/b')).outputTail).toBe(`${folder}\n`);
    expect((await script('pwd', { cwd: 'a/b' })).outputTail).toBe(`${folder}/a/b\n`);
    expect((await script('pwd', { cwd: '/' })).outputTail).toBe('/\n');
    expect(await script('pwd', { cwd: 'nowhere' })).toMatchObject({
      outcome: 'failed',
      error: `there is no folder ${folder}/nowhere to run it in`,
    });
  });

  it.each(['..', '../x', 'a/../..'])('is refused in the folder %j', async (cwd) => {
    expect(await script('pwd', { cwd })).toMatchObject({
      outcome: 'refused',
      error: `the folder ${cwd} is outside of the runner’s`,
    });
  });

  it('is refused in a folder that a link leads out to', async () => {
    await script('ln -s / out');
    expect(await script('pwd', { cwd: 'out' })).toMatchObject({ outcome: 'refused' });
  });

  it('is killed at its timeout with its children, those in groups of their own included', async () => {
    const text = `
      trap '' TERM
      (trap '' TERM; sh -c 'echo $$ > child; exec sleep 600') &
      (trap '' TERM; timeout 600 sh -c 'echo $$ > other-group; exec sleep 600') &
      echo begun
      sleep 600`;
    const outcome = script(text, { timeout_ms: 500 });
    const pids = await Promise.all(['child', 'other-group'].map((name) => pidIn(join(folder, name))));
    expect(await outcome).toMatchObject({
      outcome: 'failed',
      exitCode: null,
      error: 'it was killed: it took longer than its 500 ms',
      outputTail: 'begun\n',
    });
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('may end by itself when it hears of its timeout, and has failed all the same', async () => {
    const outcome = await script("trap 'echo bye; exit 0' TERM; echo begun; while :; do sleep 0.05; done", {
      timeout_ms: 300,
    });
    expect(outcome).toMatchObject({
      outcome: 'failed',
      exitCode: null,
      outputTail: expect.stringMatching(/bye\n$/),
    });
  });

  it('takes what it leaves running along when it ends', async () => {
    const outcome = await script("sh -c 'echo $$ > left; exec sleep 600' & sleep 0.2");
    expect(outcome.outcome).toBe('succeeded');
    expect(isAlive(await pidIn(join(folder, 'left')))).toBe(false);
  });

  it('may write 200 MB at full speed: the end is told, and neither side waits or grows', async () => {
    const before = process.memoryUsage().rss;
    const outcome = await script("head -c 200000000 /dev/zero | tr '\\0' 'é'; echo; echo the end");
    expect(outcome).toMatchObject({
      outcome: 'succeeded',
      outputTail: expect.stringMatching(/\nthe end\n$/),
    });
    expect(Buffer.byteLength(outcome.outputTail)).toBeLessThanOrEqual(4_096);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  it('ends with all that it started when it is stopped', async () => {
    const execution = start({ run: { script: "sh -c 'echo $$ > pid; exec sleep 600' & wait" } });
    const pid = await pidIn(join(folder, 'pid'));
    execution.stop(5_000);
    expect(await execution.ended).toMatchObject({ outcome: 'failed', error: 'it was ended by SIGTERM' });
    expect(isAlive(pid)).toBe(false);
  });

  it('does not begin when it is stopped before', async () => {
    const execution = start({ run: { script: 'touch begun' } });
    execution.stop(0);
    expect((await execution.ended).outcome).toBe('failed');
    expect((await script('ls')).outputTail).toBe('');
  });

  it('ends when its leash is killed', async () => {
    const execution = start({
      run: { script: 'echo $PPID > leash; echo $$ > pid; echo begun; exec sleep 600' },
    });
    await until('its first words', () => execution.outputTail() === 'begun\n');
    const pid = await pidIn(join(folder, 'pid'));
    process.kill(await pidIn(join(folder, 'leash')), 'SIGKILL');
    expect(await execution.ended).toMatchObject({
      outcome: 'failed',
      error: 'the command was lost: its leash ended with SIGKILL',
    });
    await gone(pid);
  });

  it('ends with a runner that is killed, grandchildren included, however they see to signals', async () => {
    const program = fileURLToPath(new URL('./support/one-command.ts', import.meta.url));
    const text = `trap '' TERM INT HUP
      (trap '' TERM; timeout 600 sh -c 'echo $$ > grandchild; exec sleep 600') & echo $$ > pid; wait`;
    const runner = spawn(process.execPath, [program, folder, text], { stdio: 'inherit' });
    const pids = await Promise.all(['pid', 'grandchild'].map((name) => pidIn(join(folder, name))));
    expect(pids.every(isAlive)).toBe(true);
    runner.kill('SIGKILL');
    await Promise.all(pids.map(gone));
  });

  it('is refused by a runner that was not started for it', async () => {
    const permissions = { commands: null, folders: [folder] };
    expect(await run({ run: { script: 'touch x' } }, { permissions })).toMatchObject({
      outcome: 'refused',
      error: 'this runner was not started to run commands',
    });
    expect(() => readFileSync(join(folder, 'x'))).toThrow('ENOENT');
  });
});
