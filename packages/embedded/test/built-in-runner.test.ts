import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Delivery, LogEntry, RunnerList } from '@minoots/contract';
import { type ApiClient, until } from '@minoots/core/testing';
import * as z from 'zod';
import { type DataFolder, makeDataFolder } from './support/data-folder.ts';

const Log = z.object({ data: z.array(LogEntry) });
const ATTEMPTS = { max_attempts: 5, initial: 100, factor: 1, max: 100 };

/** Commands and files with nothing but the server, as it runs for one person on one machine. */
describe('the built-in runner', () => {
  let data: DataFolder;
  let work: string;
  beforeEach(async () => {
    data = await makeDataFolder();
    work = data.file('work');
  });
  afterEach(() => data.close());

  const fire = (api: ApiClient, actions: object, fields: object = {}) =>
    api.create({ duration: 1, retry: ATTEMPTS, events: { on_expire: actions }, ...fields });
  const ended = (api: ApiClient, id: string): Promise<Delivery> =>
    until(`the delivery of ${id}`, async () => {
      const timer = await api.timer(id);
      return timer.settled_at === null ? null : (timer.deliveries[0] ?? null);
    });
  const outcomes = ({ attempts }: Delivery) => attempts.map(({ outcome }) => outcome);
  const output = ({ attempts }: Delivery) => attempts.at(-1)?.response_body;
  const inWork = (name: string) => readFileSync(join(work, name), 'utf8');
  const pidIn = (name: string) =>
    until(`a process id in ${name}`, () => {
      const path = join(work, name);
      return existsSync(path) && /^\d+\n/.test(inWork(name)) ? Number(inWork(name)) : null;
    });
  const isAlive = (pid: number) => {
    try {
      return !/^[ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, ''));
    } catch {
      return false;
    }
  };
  const gone = (pid: number) => until(`the end of ${pid}`, () => (isAlive(pid) ? null : true));

  it('runs commands and writes files in its folder, with nothing to set up', async () => {
    const server = data.launch();
    const api = await server.ready();
    const { data: runners } = await until('the runner', async () => {
      const list = await api.get(RunnerList, '/v1/runners');
      return list.data.length > 0 ? list : null;
    });
    expect(runners).toMatchObject([
      { id: 'run_builtin', name: 'built-in', labels: ['local', process.platform], online: true },
    ]);
    const events = { command: 'pwd; echo "<$MINOOTS_API_KEY$PORT>"; echo "$MINOOTS_HOME" >&2' };
    const command = await ended(api, (await fire(api, events)).id);
    expect(output(command)).toBe(`${work}\n<>\n${data.home}\n`);
    const file = { file_write: { file: 'a/${timer.name}.txt', content: 'fired at ${timer.fire_at}' } };
    const { id, fire_at } = await fire(api, file, { name: 'note' });
    expect(outcomes(await ended(api, id))).toEqual(['succeeded']);
    expect(inWork('a/note.txt')).toBe(`fired at ${fire_at}`);
    expect(statSync(work).mode & 0o777).toBe(0o700);
    expect(server.stdout).toContain(`  Files     ${work}\n`);
  });

  it('never lets what a placeholder stands for become part of a script', async () => {
    const api = await data.launch().ready();
    const name = '$(touch pwned)`touch pwned`";touch pwned;"\' ${HOME}';
    const metadata = { by: '; touch pwned #', deep: { er: "' || touch pwned '\n`touch pwned`" } };
    const run = [
      'printf "%s|" "${timer.name}" ${timer.metadata.by} "${timer.metadata.deep.er}"',
      'printf "%s" "$MINOOTS_TIMER_NAME"',
    ].join('\n');
    const script = await ended(api, (await fire(api, { command: run }, { name, metadata })).id);
    expect(output(script)).toBe(`${name}|;|touch|pwned|#|${metadata.deep.er}|${name}`);
    const argv = { run: 'printf "%s|" "${timer.name}" ${timer.metadata.by}', shell: false };
    const program = await ended(api, (await fire(api, { command: argv }, { name, metadata })).id);
    expect(output(program)).toBe(`${name}|${metadata.by}|`);
    expect(readdirSync(work)).toEqual([]);
  });

  it.each(['../escaped', '/etc/escaped', 'link/escaped', '${timer.metadata.file}'])(
    'writes no file %j, and does not try again',
    async (file) => {
      const api = await data.launch().ready();
      await ended(api, (await fire(api, { command: 'ln -s .. link' })).id);
      const metadata = { file: '../../escaped' };
      const delivery = await ended(
        api,
        (await fire(api, { file_write: { file, content: 'x' } }, { metadata })).id,
      );
      expect([delivery.status, outcomes(delivery)]).toEqual(['exhausted', ['refused']]);
      expect(readdirSync(data.home)).not.toContain('escaped');
    },
  );

  it('tries again what fails, and keeps exit code and output of each attempt', async () => {
    const api = await data.launch().ready();
    const run = 'echo "attempt $MINOOTS_ATTEMPT"; [ "$MINOOTS_ATTEMPT" -ge 3 ] || exit 7';
    const { attempts } = await ended(api, (await fire(api, { command: run })).id);
    expect(attempts.map((attempt) => [attempt.outcome, attempt.exit_code, attempt.response_body])).toEqual([
      ['failed', 7, 'attempt 1\n'],
      ['failed', 7, 'attempt 2\n'],
      ['succeeded', 0, 'attempt 3\n'],
    ]);
  });

  it('leaves no process behind when the server is killed, and runs the command again after its start', async () => {
    const server = data.launch();
    const api = await server.ready();
    const run = `echo begun >> log
      [ "$MINOOTS_ATTEMPT" -ge 2 ] && exit
      (trap '' TERM; sh -c 'echo $$ > pid; exec sleep 600') & wait`;
    const { id } = await fire(api, { command: { run } });
    const pid = await pidIn('pid');
    await server.stop('SIGKILL');
    await gone(pid);
    const next = await data.launch().ready();
    expect(outcomes(await ended(next, id))).toEqual(['interrupted', 'succeeded']);
    expect(inWork('log')).toBe('begun\nbegun\n');
    const { data: entries } = await next.get(Log, `/v1/timers/${id}/logs`);
    expect(entries.filter(({ type }) => type === 'timer.fired')).toHaveLength(1);
  });

  it('lets a command finish that takes but a moment when the server is stopped', async () => {
    const server = data.launch();
    const api = await server.ready();
    const { id } = await fire(api, { command: 'echo $$ > pid; sleep 0.5; echo over' });
    await pidIn('pid');
    expect(await server.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
    const delivery = (await (await data.launch().ready()).timer(id)).deliveries[0];
    expect(delivery?.attempts).toMatchObject([{ outcome: 'succeeded', response_body: 'over\n' }]);
  });

  it('puts back what does not finish then, and runs it again after the next start', async () => {
    const server = data.launch();
    const api = await server.ready();
    const run = 'echo $$ > pid; [ "$MINOOTS_ATTEMPT" -ge 2 ] || exec sleep 600';
    const { id } = await fire(api, { command: run });
    const pid = await pidIn('pid');
    expect(await server.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
    expect(isAlive(pid)).toBe(false);
    const { attempts } = await ended(await data.launch().ready(), id);
    expect(attempts.map(({ outcome, error }) => [outcome, error])).toEqual([
      ['interrupted', 'given back: the runner is stopping'],
      ['succeeded', null],
    ]);
  });

  it('works where it is told to', async () => {
    const folder = join(data.home, 'elsewhere');
    const api = await data.launch({ env: { MINOOTS_RUNNER_FOLDER: folder } }).ready();
    await mkdir(join(data.home, 'absolute'));
    const pwd = async (cwd?: string) =>
      output(await ended(api, (await fire(api, { command: { run: 'pwd', ...(cwd && { cwd }) } })).id));
    expect(await pwd()).toBe(`${folder}\n`);
    expect(await pwd(join(data.home, 'absolute'))).toBe(`${data.home}/absolute\n`);
    expect(readdirSync(data.home)).not.toContain('work');
  });

  it.each([
    ['it is switched off', { MINOOTS_RUNNER: 'off' }],
    ['others than this machine reach the server', { HOST: '0.0.0.0' }],
  ])('is not there where %s', async (_, env) => {
    const server = data.launch({ env });
    const api = await server.ready();
    const { id } = await fire(api, { command: 'true' });
    await until('the job to be queued', async () =>
      (await api.timer(id)).deliveries[0]?.status === 'queued' ? true : null,
    );
    expect((await api.get(RunnerList, '/v1/runners')).data).toEqual([]);
    expect(server.stdout).not.toContain('Files');
    expect(readdirSync(data.home)).not.toContain('runners');
  });
});
