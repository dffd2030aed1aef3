import { describe, expect, it } from '@jest/globals';
import { PlannedOccurrences, Schedule, Timer, TimerPreview } from '@minoots/contract';
import * as z from 'zod';
import { commandsOnServer } from './support/commands-on-server.ts';

const { minoots, answer } = commandsOnServer();

const schedule = (...argv: string[]) => answer(Schedule, 'schedule', ...argv);

describe('minoots schedule', () => {
  it('creates a schedule with all its options', async () => {
    const made = await schedule(
      ...['create', 'nightly', '--id', 'nightly', '--cron', '0 2 * * *', '--timezone', 'Europe/Paris'],
      ...['--jitter', '5m', '--overlap', 'allow', '--catch-up', 'one', '--webhook', 'http://127.0.0.1:9/'],
      ...[
        '--message',
        'done',
        '--agent',
        'bot',
        '--label',
        'env=prod',
        '--metadata',
        '{"v":1}',
        '--retry',
        'quick',
      ],
      ...['--template', '{"events":{"on_cancel":{"message":"off"}}}'],
    );
    expect(made).toMatchObject({
      id: 'nightly',
      cron: '0 2 * * *',
      timezone: 'Europe/Paris',
      jitter_ms: 300_000,
      overlap: 'allow',
      catch_up: 'one',
      template: {
        agent_id: 'bot',
        labels: { env: 'prod' },
        metadata: { v: 1 },
        retry: 'quick',
        events: {
          on_cancel: { message: 'off' },
          on_expire: { webhook: 'http://127.0.0.1:9/', message: 'done' },
        },
      },
    });
  });

  it('lives through pause, resume, a run and a change', async () => {
    const { id } = await schedule('create', 'poll', '--every', '15m');
    expect(await schedule('pause', id)).toMatchObject({ status: 'paused', next: null });
    expect((await schedule('resume', id)).next).not.toBeNull();
    expect(await answer(Timer, 'schedule', 'run', id)).toMatchObject({ schedule_id: id });
    expect(await schedule('update', id, '--every', '1h', '--name', 'hourly')).toMatchObject({
      name: 'hourly',
      every_ms: 3_600_000,
      template: {},
    });
    const { data } = await answer(PlannedOccurrences, 'schedule', 'next', id, '--count', '3');
    expect(data).toHaveLength(3);
    const { data: log } = await answer(
      z.object({ data: z.array(z.looseObject({ type: z.string() })) }),
      'schedule',
      'logs',
      id,
    );
    expect(log.map(({ type }) => type)).toEqual([
      'schedule.created',
      'schedule.paused',
      'schedule.resumed',
      'schedule.run',
      'schedule.updated',
    ]);
    await schedule('delete', id);
    expect((await minoots(['schedule', 'get', id])).code).toBe(1);
  });

  it('shows people what there is', async () => {
    const { id } = await schedule('create', 'for people', '--cron', '0 9 * * 1', '--timezone', 'UTC');
    expect((await minoots(['schedule', 'list'], { isTTY: true })).stdout).toMatch(
      /for people +active +0 9 \* \* 1 UTC/,
    );
    expect((await minoots(['schedule', 'get', id], { isTTY: true })).stdout).toContain('0 9 * * 1 UTC');
    expect((await minoots(['schedule', 'next', id], { isTTY: true })).stdout).toContain('09:00:00');
    expect((await minoots(['schedule', 'pause', id], { isTTY: true })).stdout).toContain('for people paused');
    const paused = await minoots(['schedule', 'list', '--paused']);
    expect(JSON.parse(paused.stdout).data).toHaveLength(1);
  });

  it('tells of clock changes before a schedule exists', async () => {
    const argv = [
      'schedule',
      'preview',
      '--cron',
      '30 2 10 3 *',
      '--timezone',
      'America/New_York',
      '--count',
      '10',
    ];
    expect((await minoots(argv, { isTTY: true })).stdout).toContain(
      'The clock goes forward in America/New_York',
    );
  });

  it('refuses a template that is none', async () => {
    const { code, stderr } = await minoots([
      'schedule',
      'create',
      'x',
      '--every',
      '1h',
      '--template',
      '{"duration":1}',
    ]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--template')]);
  });
});

describe('minoots preview', () => {
  it('tells what a timer would do', async () => {
    const found = await answer(TimerPreview, 'preview', '1h', 'report', '--message', 'done');
    expect(found).toMatchObject({ acceptable: true, plan: { actions: [{ type: 'message' }] } });
    expect((await minoots(['list'])).stdout).not.toContain('report');
  });

  it('tells a person, and ends with 3 when the timer would be refused', async () => {
    const fine = await minoots(['preview', '1h', 'report', '--message', 'done'], { isTTY: true });
    expect([fine.code, fine.stdout]).toEqual([0, expect.stringContaining('message (timer.expired)')]);
    const refused = await minoots(['preview', '1h', 'report', '--depends-on', 'nobody'], { isTTY: true });
    expect([refused.code, refused.stdout]).toEqual([3, expect.stringContaining('unknown_parent')]);
  });
});
