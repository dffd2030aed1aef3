import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Timer } from '@minoots/contract';
import { startServer } from '@minoots/embedded';
import * as z from 'zod';
import { isAlive } from '../src/daemon/find.ts';
import { type Ended, minoots } from './support/child.ts';
import { tempHome } from './support/temp-home.ts';

// Each step is a process of its own, and the machine may have others to run.
const State = z.object({ running: z.boolean(), url: z.string().nullable(), pid: z.number().nullable() });
const Page = z.object({ data: z.array(Timer) });

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A data folder of its own, whose server is stopped after the test. */
function aHome(): string {
  const { home, remove } = tempHome();
  cleanups.push(remove, () => minoots(home, 'daemon', 'stop'));
  return home;
}

function read<T>(schema: z.ZodType<T>, { code, stdout, stderr }: Ended): T {
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return schema.parse(JSON.parse(stdout));
}

const stateOf = async (home: string) => read(State, await minoots(home, 'daemon', 'status'));

describe('the local server', () => {
  it('starts by itself with the first command and keeps the timer for the next', async () => {
    const home = join(aHome(), 'not', 'there', 'yet');
    cleanups.push(() => minoots(home, 'daemon', 'stop'));
    expect(await stateOf(home)).toMatchObject({ running: false });
    const timer = read(Timer, await minoots(home, 'create', '30s', 'coffee_break'));
    expect(read(Page, await minoots(home, 'list')).data).toMatchObject([
      { id: timer.id, name: 'coffee_break' },
    ]);
    const state = await stateOf(home);
    expect(state).toMatchObject({ running: true, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    expect(statSync(home).mode & 0o077).toBe(0);
    expect(statSync(join(home, 'daemon.log')).mode & 0o077).toBe(0);
  });

  it('is one, even when eight first commands race to start it', async () => {
    const home = aHome();
    const names = Array.from({ length: 8 }, (_, index) => `racer-${index}`);
    const created = await Promise.all(names.map((name) => minoots(home, 'create', '1h', name)));
    for (const result of created) read(Timer, result);
    const { data } = read(Page, await minoots(home, 'list'));
    expect(data.map(({ name }) => name).sort()).toEqual(names);
  });

  it('goes on when the process group that started it is killed', async () => {
    const home = aHome();
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
    // A shell in a group of its own, as a terminal has, which is still there when the group is killed.
    const shell = spawn('sh', ['-c', '"$0" "$1" create 1h tea && kill -KILL -$$', process.execPath, main], {
      detached: true,
      env: { ...process.env, MINOOTS_HOME: home, NODE_OPTIONS: '' },
      stdio: 'ignore',
    });
    expect(await once(shell, 'exit')).toEqual([null, 'SIGKILL']);
    expect((await stateOf(home)).running).toBe(true);
    expect(read(Page, await minoots(home, 'list')).data).toMatchObject([{ name: 'tea' }]);
  });

  it('stops when told, and the next command starts it again with its timers', async () => {
    const home = aHome();
    await minoots(home, 'create', '1h', 'tea');
    const { pid } = await stateOf(home);
    expect(read(z.unknown(), await minoots(home, 'daemon', 'stop'))).toEqual({ stopped: true });
    expect(isAlive(pid ?? 0)).toBe(false);
    expect(read(z.unknown(), await minoots(home, 'daemon', 'stop'))).toEqual({ stopped: false });
    expect(read(Page, await minoots(home, 'list')).data).toMatchObject([{ name: 'tea' }]);
  });

  it('is found anew after a crash that left its address behind', async () => {
    const home = aHome();
    await minoots(home, 'create', '1h', 'tea');
    const { pid } = await stateOf(home);
    process.kill(pid ?? 0, 'SIGKILL');
    expect(read(Page, await minoots(home, 'list')).data).toMatchObject([{ name: 'tea' }]);
    expect((await stateOf(home)).pid).not.toBe(pid);
  });

  it('is the one that was started by hand, where there is one', async () => {
    const home = aHome();
    const settings = { home, host: '127.0.0.1', port: 0, logLevel: 'silent' } as const;
    const server = await startServer(settings);
    cleanups.push(() => server.close());
    read(Timer, await minoots(home, 'create', '1h', 'tea'));
    expect(await stateOf(home)).toMatchObject({ running: true, url: server.url, pid: process.pid });
  });

  it('says why it cannot start', async () => {
    const home = aHome();
    mkdirSync(home, { recursive: true });
    writeFileSync(
      join(home, 'minoots.db'),
      'this is no database, but it is long enough to look at'.repeat(100),
    );
    const { code, stderr } = await minoots(home, 'list');
    expect(code).toBe(1);
    const { error } = z
      .object({ error: z.object({ code: z.string(), message: z.string() }) })
      .parse(JSON.parse(stderr));
    expect(error.code).toBe('server_start_failed');
    expect(error.message).toMatch(/minoots\.db/);
  });

  it('begins a new log when the old one is long', async () => {
    const home = aHome();
    writeFileSync(join(home, 'daemon.log'), 'x'.repeat(5 * 1024 * 1024));
    await minoots(home, 'list');
    expect(statSync(join(home, 'daemon.log.1')).size).toBe(5 * 1024 * 1024);
    expect(readFileSync(join(home, 'daemon.log'), 'utf8')).toContain('127.0.0.1');
  });
});
