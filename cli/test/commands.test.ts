import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreatedTimer, Schedule, Timer, TimerEvent, TimerGraph } from '@minoots/contract';
import * as z from 'zod';
import { run } from '../src/run.ts';
import { API_KEY, commandsOnServer } from './support/commands-on-server.ts';
import { recordingTerminal } from './support/terminal.ts';
import { until } from './support/until.ts';

const { home, connection, minoots, onTerminal, answer } = commandsOnServer();
let receiver: Server;
let receiverUrl: string;
let received = 0;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    received += 1;
    request.resume().on('end', () => response.writeHead(request.url?.startsWith('/gone') ? 410 : 200).end());
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = receiver.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  receiverUrl = `http://127.0.0.1:${address.port}`;
});

afterAll(() => {
  receiver.close();
});

const timerOf = (...argv: string[]) => answer(Timer, ...argv);
const create = (...argv: string[]) => answer(CreatedTimer, 'create', ...argv);
const Page = z.object({ data: z.array(Timer), more: z.boolean() });
const Errors = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

describe('minoots create', () => {
  it('creates a timer with all its options and prints it with its receipt', async () => {
    const timer = await create(
      '1h',
      'nightly',
      ...['--label', 'env=prod', '--label', 'tier=1', '--agent', 'bot', '--metadata', '{"version":"1.2"}'],
      ...['--webhook', `${receiverUrl}/x`, '--message', 'done', '--retry', 'quick', '--id', 'nightly-1'],
    );
    expect(timer).toMatchObject({
      id: 'nightly-1',
      status: 'running',
      agent_id: 'bot',
      labels: { env: 'prod', tier: '1' },
      metadata: { version: '1.2' },
      receipt: { durable: true, engine: 'embedded' },
    });
  });

  it('takes an instant instead of a duration', async () => {
    expect((await create('--at', '2035-01-31T09:00:00Z', 'launch')).fire_at).toBe('2035-01-31T09:00:00.000Z');
  });

  it('tells a person when it fires and what it survives', async () => {
    const { stdout } = await onTerminal('create', '30s', 'coffee_break');
    expect(stdout).toMatch(
      /^✓ coffee_break fires in 30s, at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n {2}tmr_\S+ · kept through /,
    );
  });

  it('names the field that the API refuses', async () => {
    const { code, stderr } = await minoots(['create', 'soon', 'tea']);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'invalid_request', status: 400, errors: [{ pointer: '/duration' }] },
    });
  });
});

describe('minoots create --depends-on', () => {
  it('waits for timers, and says so', async () => {
    const [first, second] = [await create('1h', 'step1'), await create('1h', 'step2')];
    const waits = ['--depends-on', `${first.id},${second.id}`, '--depends-on', first.id];
    const how = ['--depends-on-when', 'succeeded', '--on-dependency-failure', 'start'];
    expect(await create('30s', 'step3', ...waits, ...how)).toMatchObject({
      status: 'waiting',
      depends_on: [first.id, second.id],
      depends_on_when: 'succeeded',
      on_dependency_failure: 'start',
    });
    const { stdout } = await onTerminal('create', '30s', 'step3', '--depends-on', first.id);
    expect(stdout).toMatch(/^. step3 waits for a timer, then fires in 30s\n/);
    await minoots(['cancel', first.id]);
    const late = await onTerminal('create', '30s', 'late', '--depends-on', first.id);
    expect(late.stdout).toMatch(/^. late is cancelled: a timer that it depends on has failed\n/);
  });

  it('refuses what nobody can wait for', async () => {
    const { code, stderr } = await minoots(['create', '30s', 'a', '--depends-on', 'tmr_nobody']);
    expect([code, Errors.parse(JSON.parse(stderr)).error.code]).toEqual([1, 'unknown_parent']);
    expect((await minoots(['create', '30s', 'a', '--depends-on-when', 'asleep'])).code).toBe(2);
  });
});

describe('minoots graph', () => {
  it('shows what waits for what, as JSON and as a tree', async () => {
    const first = await create('1h', 'graph1');
    const second = await create('1h', 'graph2', '--depends-on', first.id);
    expect((await answer(TimerGraph, 'graph', second.id)).edges).toEqual([
      { from: first.id, to: second.id, type: 'depends_on' },
    ]);
    const { stdout } = await onTerminal('graph', second.id);
    expect(stripVTControlCharacters(stdout)).toBe(
      `graph1  running  ${first.id}\n└─ graph2  waiting  ${second.id}  ◀\n`,
    );
    expect((await onTerminal('get', second.id)).stdout).toContain(first.id);
  });
});

describe('minoots list', () => {
  it('shows what has not ended, and by filters', async () => {
    await create('1h', 'listed', '--label', 'list=yes', '--id', 'listed-1');
    await create('1h', 'listed', '--label', 'list=yes', '--id', 'listed-2');
    await timerOf('cancel', 'listed-1');
    const ids = async (...argv: string[]) =>
      (await answer(Page, 'list', '--label', 'list=yes', ...argv)).data.map(({ id }) => id);
    expect(await ids()).toEqual(['listed-2']);
    expect(await ids('--all')).toEqual(['listed-2', 'listed-1']);
    expect(await ids('--status', 'cancelled,failed')).toEqual(['listed-1']);
    expect(await answer(Page, 'list', '--all', '--limit', '1')).toMatchObject({ more: true });
  });

  it('is a table for a person', async () => {
    await create('1h', 'tabled', '--agent', 'table-bot');
    const { stdout } = await onTerminal('list', '--agent', 'table-bot');
    expect(stdout).toMatch(
      /^ID +NAME +STATUS +PROGRESS +LEFT +FIRES AT\ntmr_\S+ +tabled +running +░+ +0% +1h /,
    );
    expect((await onTerminal('list', '--agent', 'nobody')).stdout).toMatch(/^No timers under way/);
  });
});

describe('a change of a timer', () => {
  it('takes effect: pause, resume, extend, reschedule, cancel, delete', async () => {
    const { id, fire_at: fireAt } = await create('1h', 'changing');
    expect((await timerOf('pause', id)).status).toBe('paused');
    expect((await timerOf('resume', id)).status).toBe('running');
    const extended = await timerOf('extend', id, '30m');
    expect(Date.parse(extended.fire_at ?? '') - Date.parse(fireAt ?? '')).toBeGreaterThanOrEqual(30 * 60_000);
    expect((await timerOf('reschedule', id, '--at', '2035-01-31T09:00:00Z')).fire_at).toBe(
      '2035-01-31T09:00:00.000Z',
    );
    expect((await timerOf('cancel', id)).status).toBe('cancelled');
    expect((await timerOf('delete', id)).id).toBe(id);
    const { code, stderr } = await minoots(['get', id]);
    expect(code).toBe(1);
    expect(Errors.parse(JSON.parse(stderr)).error.code).toBe('not_found');
  });

  it('is told to a person in a line', async () => {
    const { id } = await create('1h', 'told');
    expect((await onTerminal('pause', id)).stdout).toBe('✓ told was paused: paused\n');
    expect((await onTerminal('resume', id)).stdout).toBe('✓ told goes on: running, fires in 1h\n');
    await timerOf('cancel', id);
    const { code, stderr } = await onTerminal('pause', id);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error .+\ntimer_settled · /);
  });

  it.each(['get', 'delete', 'cancel'])('is refused for an empty id: %s', async (verb) => {
    const { code, stderr } = await minoots([verb, '']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/\\"\\" is not an id/);
  });
});

describe('a timer that fires', () => {
  it('can be waited for, and its webhook, logs and deliveries looked at', async () => {
    const before = received;
    const { id } = await create('1h', 'firing', '--webhook', `${receiverUrl}/fired`);
    const waiting = timerOf('wait', id);
    await timerOf('fire', id);
    expect((await waiting).status).toBe('expired');
    expect(received).toBe(before + 1);

    const Logs = z.object({ data: z.array(z.object({ type: z.string() })) });
    const { data: logs } = await answer(Logs, 'logs', id);
    expect(logs.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['timer.created', 'timer.fired', 'delivery.succeeded', 'timer.expired']),
    );

    const Deliveries = z.object({ data: z.array(z.object({ id: z.string(), status: z.string() })) });
    const { data } = await answer(Deliveries, 'deliveries', id);
    expect(data).toMatchObject([{ status: 'succeeded' }]);
    await timerOf('redeliver', data[0]?.id ?? '');
    await timerOf('wait', id);
    expect(received).toBe(before + 2);

    expect((await onTerminal('get', id)).stdout).toMatch(
      /status +expired[\s\S]+webhook +succeeded +\d +succeeded 200/,
    );
    expect((await onTerminal('logs', id)).stdout).toMatch(/^AT +WHAT +DETAIL\n/);
  });

  it('gives other exit codes of wait when it failed or has not ended', async () => {
    const failing = await create('1h', 'failing', '--webhook', `${receiverUrl}/gone/first`);
    await timerOf('fire', failing.id);
    expect((await minoots(['wait', failing.id])).code).toBe(3);
    const pending = await create('1h', 'pending');
    expect((await minoots(['wait', pending.id, '--timeout', '50ms'])).code).toBe(4);
    const exhausted = await minoots(['deliveries', '--status', 'exhausted']);
    expect(exhausted.stdout).toContain(failing.id);
  });

  it('can be found among the dead letters, looked at, and delivered again with all others like it', async () => {
    const { id } = await create(
      '1h',
      'dead',
      '--webhook',
      `${receiverUrl}/gone?key=hush`,
      '--agent',
      'grave',
    );
    await timerOf('fire', id);
    await minoots(['wait', id]);
    const Deliveries = z.object({ data: z.array(z.object({ id: z.string(), timer_id: z.string() })) });
    const host = new URL(receiverUrl).host;
    const chosen = ['--status', 'exhausted', '--host', host, '--since', '1h', '--agent', 'grave'];
    const { data } = await answer(Deliveries, 'deliveries', ...chosen);
    expect(data).toMatchObject([{ timer_id: id }]);
    expect((await onTerminal('delivery', data[0]?.id ?? '')).stdout).toMatch(
      /timer +\S+ dead \(failed\)\n[\s\S]+target +\S+\/gone\?key=…\n[\s\S]+\n1 +.+ gone +410/,
    );

    const all = ['redeliver', '--all', '--agent', 'grave', '--host', host, '--since', '1h'];
    const before = received;
    expect((await minoots(all)).code).toBe(2);
    const refused = await minoots(all, { isTTY: true, answer: 'n' });
    expect(refused.stdout).toBe('Nothing was changed.\n');
    expect(refused.stderr).toMatch(/^Deliver again everything with agent_id grave, host /);
    expect(received).toBe(before);
    expect((await minoots(all, { isTTY: true, answer: 'y' })).stdout).toBe('✓ 1 delivered again\n');
    await until('the delivery to be postponed', async () => {
      const { stdout } = await onTerminal('delivery', data[0]?.id ?? '');
      return /next attempt +when end_\w+ resumes/.test(stdout) ? true : null;
    });
    const Endpoints = z.object({ data: z.array(z.object({ id: z.string(), url: z.string() })) });
    const paused = await answer(Endpoints, 'endpoints', 'list', '--status', 'paused');
    const gone = paused.data.find(({ url }) => url === `${receiverUrl}/gone`);
    expect((await onTerminal('endpoints', 'get', gone?.id ?? '')).stdout).toMatch(
      /status +paused[\s\S]+last error +answered 410[\s\S]+paused by +service/,
    );
    expect((await onTerminal('endpoints', 'resume', gone?.id ?? '')).stdout).toBe(
      `✓ ${receiverUrl}/gone has resumed (${gone?.id})\n`,
    );
    await until('the second delivery', () => (received === before + 1 ? true : null));
    await minoots(['wait', id]);
    const Redeliveries = z.object({ reopened: z.int(), not_reopened: z.array(z.unknown()) });
    expect(await answer(Redeliveries, ...all, '--yes')).toEqual({ reopened: 1, not_reopened: [] });
  });

  it('can be removed with all others that ended', async () => {
    const { id } = await create('1h', 'removable');
    await timerOf('cancel', id);
    const { stdout } = await onTerminal('cleanup', '--status', 'cancelled');
    expect(stdout).toMatch(/^[1-9]\d* removed\n$/);
    expect((await minoots(['get', id])).code).toBe(1);
  });
});

describe('minoots export and import', () => {
  it('move what has not ended through a file, once however often it is read', async () => {
    const moved = await create('1h', 'moved', '--label', 'move=yes');
    const { id: schedule } = await answer(Schedule, 'schedule', 'create', 'hourly', '--every', '1h');
    const file = join(home, 'timers.jsonl');
    const { stdout } = await onTerminal('export', '--output', file);
    expect(stdout).toMatch(/^✓ [1-9]\d* timers and \d+ schedules in /);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    expect((await minoots(['export'])).stdout.trim().split('\n').sort()).toEqual([...lines].sort());

    const Imported = z.object({ imported: z.int(), unchanged: z.int(), refused: z.int() });
    expect(await answer(Imported, 'import', file)).toMatchObject({ imported: 0, refused: 0 });
    await timerOf('delete', moved.id);
    await minoots(['schedule', 'delete', schedule]);
    const given = ['--url', `${connection().url}/`, '--key', API_KEY];
    const imported = await answer(Imported, 'import', file, ...given);
    expect(imported).toMatchObject({ imported: 2, refused: 0 });
    expect(await answer(Schedule, 'schedule', 'get', schedule)).toMatchObject({ status: 'active' });
    expect(await timerOf('get', moved.id)).toMatchObject({ fire_at: moved.fire_at, labels: { move: 'yes' } });
    expect((await onTerminal('import', file)).stdout).toMatch(
      /^✓ 0 imported, \d+ there already, 0 refused\n$/,
    );

    const portable = JSON.parse(lines.find((line) => line.includes(moved.id)) ?? '');
    writeFileSync(file, JSON.stringify({ ...portable, name: 'other' }));
    const refused = await onTerminal('import', file);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/1 refused\n {2}tmr_\S+: Timer tmr_\S+ exists with other content\n$/);
    expect((await minoots(['import', file, '--url', connection().url, '--key', 'wrong'])).code).toBe(1);
    writeFileSync(file, '{"type":"timer"}');
    expect((await minoots(['import', file])).code).toBe(2);
  });
});

describe('minoots watch', () => {
  it('prints an event per line until the timer has ended', async () => {
    const { id } = await create('200ms', 'watched');
    const { code, stdout } = await minoots(['watch', id]);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => TimerEvent.parse(JSON.parse(line)));
    expect(code).toBe(0);
    expect(events.map(({ type }) => type)).toEqual(['timer.fired', 'timer.expired']);
  });

  it('draws bars for a person', async () => {
    const { id } = await create('300ms', 'drawn');
    const { stdout } = await onTerminal('watch', id);
    expect(stdout).toMatch(/drawn {2}█+░* +\d+% {2}\d+ms/);
    expect(stdout).toMatch(/drawn {2}█{28} 100% {2}expired/);
  });

  it('writes plain lines to a terminal that cannot be drawn over', async () => {
    const { id } = await create('100ms', 'plain');
    const { stdout } = await minoots(['watch', id], { isTTY: true, kind: 'dumb' });
    expect(stdout).toMatch(/^\S+ \S+ timer\.fired plain .+\n\S+ \S+ timer\.expired plain .+\n$/);
  });

  it('follows a timer through changes, and ends with its cancellation', async () => {
    const { id } = await create('1h', 'followed');
    const { terminal, stdout } = recordingTerminal();
    const watching = run(['watch', id], terminal, () => connection());
    await until('an event on the watched stream', async () => {
      await timerOf('pause', id);
      await timerOf('resume', id);
      return stdout().includes('timer.resumed') ? true : null;
    });
    await timerOf('cancel', id);
    expect(await watching).toBe(0);
    expect(stdout()).toMatch(/"timer\.cancelled".+\n$/);
  });

  it('ends at once for a timer that has ended', async () => {
    const { id } = await create('1h', 'over');
    await timerOf('cancel', id);
    expect((await onTerminal('watch', id)).stdout).toMatch(/over .*cancelled/);
  });

  it('fails for a timer that does not exist', async () => {
    const { code, stderr } = await minoots(['watch', 'nowhere']);
    expect(code).toBe(1);
    expect(Errors.parse(JSON.parse(stderr)).error.code).toBe('not_found');
  });
});

describe('a wrong command line', () => {
  it.each([
    [['crate'], /unknown command 'crate'/],
    [['list', '--bogus'], /unknown option '--bogus'/],
    [['create', '5m'], /give a name/],
    [['create', '5m', 'tea', '--at', '2035-01-31T09:00:00Z'], /a duration does not go with --at/],
    [['create', '5m', 'tea', '--label', 'x'], /Use key=value/],
    [['extend', 'x'], /missing required argument 'duration'/],
    [['cleanup', '--status', 'running'], /--status takes expired/],
    [['import', '/nowhere/timers.jsonl'], /cannot be read/],
    [['redeliver'], /name a delivery, or --all/],
    [['redeliver', '--all'], /say --yes/],
    [['redeliver', 'dlv_1_abc_x', '--host', 'x'], /filters go with --all/],
    [['deliveries', '--since', 'yesterday'], /Use an instant/],
  ])('%j ends with exit code 2', async (argv, message) => {
    const { code, stdout, stderr } = await minoots(argv);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    const { error } = Errors.parse(JSON.parse(stderr));
    expect(error).toMatchObject({ code: 'usage', message: expect.stringMatching(message) });
  });

  it('without a command shows the help', async () => {
    const { code, stderr } = await minoots([]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Usage: minoots/);
  });
});

describe('--help', () => {
  it.each([
    'create',
    'list',
    'get',
    'watch',
    'wait',
    'logs',
    'cancel',
    'reschedule',
    'deliveries',
    'cleanup',
  ])('of %s shows output, errors and examples', async (verb) => {
    const { code, stdout } = await minoots([verb, '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Output \(--json, or piped\):[\s\S]+Errors [\s\S]+Examples:\n {2}\$ minoots /);
  });
});
