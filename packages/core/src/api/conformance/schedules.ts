import { afterEach, describe, expect, it } from '@jest/globals';
import {
  PlannedOccurrences,
  Schedule,
  ScheduleLogEntry,
  SchedulePage,
  Timer,
  TimerPage,
} from '@minoots/contract';
import * as z from 'zod';
import { pointers, readBody, readProblem } from './client.ts';
import type { Suite } from './suite.ts';

const [MINUTE, HOUR] = [60_000, 3_600_000];
const Log = z.object({ data: z.array(ScheduleLogEntry) });
const instant = (text: string | null | undefined) => Date.parse(text ?? '');

/** Everything under `/v1/schedules`. */
export function runningSchedules({ api, server }: Suite): void {
  const create = (fields: object = {}) =>
    api().read(Schedule, 201, 'POST', '/v1/schedules', {
      body: {
        name: 'hourly',
        template: {},
        ...('cron' in fields ? {} : { every: '1h' }),
        ...fields,
      },
    });
  const schedule = (id: string) => api().get(Schedule, `/v1/schedules/${id}`);
  const command = (id: string, verb: string) =>
    api().read(Schedule, 200, 'POST', `/v1/schedules/${id}/${verb}`);
  const patch = (id: string, body: object) =>
    api().read(Schedule, 200, 'PATCH', `/v1/schedules/${id}`, { body });
  const logOf = async (id: string) => (await api().get(Log, `/v1/schedules/${id}/logs`)).data;
  const pendingOf = async (id: string) => api().timer((await schedule(id)).next?.timer_id ?? '');
  /** The timers that came of a schedule, oldest first. */
  const timersOf = async (id: string) => {
    const { data } = await api().get(TimerPage, '/v1/timers?limit=200');
    return data.filter(({ schedule_id }) => schedule_id === id).reverse();
  };
  const statusesOf = async (id: string) => (await timersOf(id)).map(({ status }) => status);

  // A schedule that is left behind would fire each time that a later test moves the clock.
  const removeAll = async () => {
    const { data } = await api().get(SchedulePage, '/v1/schedules?limit=200');
    for (const { id } of data) await api().read(Schedule, 200, 'DELETE', `/v1/schedules/${id}`);
  };

  describe('POST /v1/schedules', () => {
    afterEach(removeAll);

    it('creates a schedule, whose first occurrence is an ordinary timer', async () => {
      const template = {
        name: 'backup',
        labels: { tier: 'one' },
        metadata: { version: '1' },
        agent_id: 'keeper',
        events: { on_expire: { message: 'backed up' } },
      };
      const made = await create({ name: 'backups', template });
      expect(made).toMatchObject({
        name: 'backups',
        status: 'active',
        every_ms: HOUR,
        cron: null,
        overlap: 'skip',
        catch_up: 'none',
        template,
        counts: { fired: 0, skipped: 0, missed: 0, cancelled: 0, runs: 0 },
      });
      expect(made.id).toMatch(/^sch_[0-9A-Za-z]{22}$/);
      expect(instant(made.next?.fire_at)).toBe(instant(made.anchor_at) + HOUR);
      const { name: _, events: __, ...shown } = template;
      expect(await pendingOf(made.id)).toMatchObject({
        ...shown,
        name: 'backup',
        status: 'running',
        schedule_id: made.id,
        fire_at: made.next?.fire_at,
      });
      expect(await schedule(made.id)).toEqual(made);
    });

    it('names the occurrences after the schedule unless told', async () => {
      const { id } = await create({ name: 'after me' });
      expect((await pendingOf(id)).name).toBe('after me');
    });

    it('gives the schedule that is there for the same id and body, and refuses another body', async () => {
      const body = { id: 'conformance-schedule', name: 'once', every: '1h', template: {} };
      const made = await create(body);
      expect(await api().read(Schedule, 200, 'POST', '/v1/schedules', { body })).toMatchObject({
        id: made.id,
      });
      const refused = await api().refusal(409, 'POST', '/v1/schedules', { body: { ...body, every: '2h' } });
      expect(refused.code).toBe('schedule_exists');
    });

    it('makes one schedule of a request that is repeated under its idempotency key', async () => {
      const post = () =>
        api().call('POST', '/v1/schedules', {
          body: { name: 'keyed', every: '1h', template: {} },
          headers: { 'idempotency-key': 'schedule-once' },
        });
      const [first, second] = [await post(), await post()];
      expect(second.text).toBe(first.text);
      expect((await api().get(SchedulePage, '/v1/schedules')).data).toHaveLength(1);
    });

    it.each<[string, object, string]>([
      ['no timing', {}, '/cron'],
      ['two timings', { every: '1h', cron: '* * * * *', timezone: 'UTC' }, '/every'],
      ['no zone (complaint 8)', { cron: '0 9 * * *' }, '/timezone'],
      ['an unknown zone', { cron: '0 9 * * *', timezone: 'Mars/Base' }, '/timezone'],
      ['an offset for a zone', { cron: '0 9 * * *', timezone: '+02:00' }, '/timezone'],
      ['what is no expression', { cron: '61 * * * *', timezone: 'UTC' }, '/cron'],
      ['February 30th', { cron: '0 0 30 2 *', timezone: 'UTC' }, '/cron'],
      ['seven fields', { cron: '0 0 0 1 1 * 2030', timezone: 'UTC' }, '/cron'],
      ['too short a span', { every: 999 }, '/every'],
      ['jitter as long as the span', { every: '1m', jitter: '1m' }, '/jitter'],
      ['an unknown policy', { every: '1h', overlap: 'queue' }, '/overlap'],
      ['a template with a time', { every: '1h', template: { duration: '1h' } }, '/template/duration'],
      ['a template that waits', { every: '1h', template: { depends_on: 'x' } }, '/template/depends_on'],
      [
        'a template that is refused',
        { every: '1h', template: { retry: { max_attempts: 3, initial: 'x' } } },
        '/template/retry/initial',
      ],
      ['an id that is too long', { every: '1h', id: 'x'.repeat(41) }, '/id'],
    ])('refuses %s', async (_, fields, pointer) => {
      const body = { name: 'refused', template: {}, ...fields };
      expect(pointers(await api().refusal(400, 'POST', '/v1/schedules', { body }))).toContain(pointer);
    });

    it('refuses a template with a placeholder that nobody knows, with its place', async () => {
      const template = { events: { on_expire: { message: '${timer.nothing}' } } };
      const body = { name: 'refused', every: '1h', template };
      const problem = await api().refusal(422, 'POST', '/v1/schedules', { body });
      expect([problem.code, pointers(problem)]).toEqual([
        'unknown_placeholder',
        ['/template/events/on_expire/message'],
      ]);
    });
  });

  describe('a schedule', () => {
    afterEach(removeAll);

    it('fires at each of its instants, on time, and always has the next one pending', async () => {
      const { id, anchor_at } = await create({ template: { events: { on_expire: { message: 'run' } } } });
      await server().advance(3.5 * HOUR);
      const timers = await timersOf(id);
      expect(timers.map(({ status }) => status)).toEqual(['expired', 'expired', 'expired', 'running']);
      for (const [index, { fire_at, drift_ms }] of timers.slice(0, 3).entries()) {
        expect(instant(fire_at)).toBe(instant(anchor_at) + (index + 1) * HOUR);
        expect(drift_ms).toBe(0);
      }
      expect(await schedule(id)).toMatchObject({
        counts: { fired: 3, skipped: 0, missed: 0 },
        last_fired_timer_id: timers[2]?.id,
        next: { timer_id: timers[3]?.id, fire_at: timers[3]?.fire_at },
      });
    });

    it('runs at local times of its zone (complaint 8)', async () => {
      const { id, next } = await create({ cron: '30 9 * * *', timezone: 'Asia/Kathmandu' });
      expect(next?.fire_at).toMatch(/T03:45:00\.000Z$/);
      await server().advance(24 * HOUR);
      expect((await schedule(id)).counts.fired).toBe(1);
    });

    it('keeps its jitter, the same whenever it is looked at', async () => {
      const { id, next } = await create({ jitter: '30m' });
      const offset = instant(next?.fire_at) - instant(next?.planned_at);
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(offset).toBeLessThan(30 * MINUTE);
      const foreseen = await api().get(PlannedOccurrences, `/v1/schedules/${id}/next?count=3`);
      await server().advance(2 * HOUR + 30 * MINUTE);
      const fired = (await timersOf(id)).map(({ fire_at }) => fire_at);
      expect(fired.slice(0, 3)).toEqual(foreseen.data.map(({ fire_at }) => fire_at));
    });

    it('skips the occurrence that comes due while the one before still delivers, with a reason (complaint 13)', async () => {
      const template = {
        events: { on_expire: { webhook: 'http://127.0.0.1:9/' } },
        retry: { max_attempts: 3, initial: '40m', factor: 1 },
      };
      const { id } = await create({ template });
      await server().advance(2 * HOUR + MINUTE);
      const [first, second] = await timersOf(id);
      expect([first?.status, second?.status]).toEqual(['firing', 'skipped']);
      expect((await logOf(id)).at(-1)).toMatchObject({
        type: 'occurrence.skipped',
        message: expect.stringContaining(first?.id ?? 'nothing'),
        data: { timer_id: second?.id },
      });
      expect((await schedule(id)).counts).toMatchObject({ fired: 1, skipped: 1 });
      await patch(id, { overlap: 'allow' });
      await server().advance(HOUR);
      expect((await schedule(id)).counts).toMatchObject({ fired: 2, skipped: 1 });
    });

    it('judges the conditions of each occurrence by itself', async () => {
      const { id } = await create({ template: { conditions: { schedule_may_run: true } } });
      await server().advance(HOUR);
      await api().call('PUT', '/v1/context/schedule_may_run', { body: { value: true } });
      await server().advance(HOUR);
      expect((await schedule(id)).counts).toMatchObject({ fired: 1, skipped: 1 });
      expect((await logOf(id)).at(-1)?.message).toContain('schedule_may_run');
    });

    it('goes on without an occurrence that is cancelled or deleted by hand', async () => {
      const { id, next } = await create();
      await api().command(next?.timer_id ?? '', 'cancel');
      const second = await schedule(id);
      expect(instant(second.next?.fire_at)).toBe(instant(next?.fire_at) + HOUR);
      await api().read(Timer, 200, 'DELETE', `/v1/timers/${second.next?.timer_id}`);
      await server().advance(3 * HOUR);
      expect((await schedule(id)).counts).toMatchObject({ fired: 1, cancelled: 2 });
    });
  });

  describe('POST /v1/schedules/{id}/pause and /resume', () => {
    afterEach(removeAll);

    it('takes the pending occurrence back, and makes the next one from then on', async () => {
      const { id, next } = await create();
      const paused = await command(id, 'pause');
      expect(paused).toMatchObject({ status: 'paused', next: null });
      expect((await api().call('GET', `/v1/timers/${next?.timer_id}`)).status).toBe(404);
      expect(await command(id, 'pause')).toEqual(paused);
      await server().advance(5 * HOUR);
      expect(await timersOf(id)).toEqual([]);
      const resumed = await command(id, 'resume');
      expect(instant(resumed.next?.fire_at)).toBe(instant(next?.fire_at) + 5 * HOUR);
      await server().advance(HOUR);
      expect(await statusesOf(id)).toEqual(['expired', 'running']);
      expect((await schedule(id)).counts).toMatchObject({ fired: 1, missed: 0 });
      expect((await logOf(id)).map(({ type }) => type)).toEqual([
        'schedule.created',
        'schedule.paused',
        'schedule.resumed',
      ]);
    });

    it('does nothing that cancelling would set off', async () => {
      const { id } = await create({ template: { events: { on_cancel: { message: 'cancelled' } } } });
      await command(id, 'pause');
      expect(await timersOf(id)).toEqual([]);
    });
  });

  describe('POST /v1/schedules/{id}/run', () => {
    afterEach(removeAll);

    it('runs at once beside the plan, paused or not', async () => {
      const { id, next } = await create();
      const run = () => api().read(Timer, 201, 'POST', `/v1/schedules/${id}/run`);
      const timer = await run();
      await server().advance(1);
      expect(await api().timer(timer.id)).toMatchObject({ status: 'expired', schedule_id: id });
      expect((await schedule(id)).next).toEqual(next);
      await command(id, 'pause');
      await run();
      await server().advance(1);
      expect(await statusesOf(id)).toEqual(['expired', 'expired']);
      expect((await schedule(id)).counts).toMatchObject({ fired: 0, runs: 2 });
    });

    it('runs once for a request that is repeated', async () => {
      const { id } = await create();
      const post = () =>
        api().call('POST', `/v1/schedules/${id}/run`, { headers: { 'idempotency-key': `run-${id}` } });
      readBody(await post(), 201, Timer);
      readBody(await post(), 201, Timer);
      expect((await schedule(id)).counts.runs).toBe(1);
    });
  });

  describe('PATCH /v1/schedules/{id}', () => {
    afterEach(removeAll);

    it('changes what follows and not what was', async () => {
      const { id } = await create({ template: { metadata: { version: 1 } } });
      await server().advance(HOUR);
      const changed = await patch(id, { every: '10m', template: { metadata: { version: 2 } } });
      expect(changed).toMatchObject({ every_ms: 10 * MINUTE, template: { metadata: { version: 2 } } });
      await server().advance(10 * MINUTE);
      const timers = await timersOf(id);
      expect(timers.map(({ status, metadata }) => [status, metadata])).toEqual([
        ['expired', { version: 1 }],
        ['expired', { version: 2 }],
        ['running', { version: 2 }],
      ]);
      expect(instant(timers[2]?.fire_at) - instant(timers[1]?.fire_at)).toBe(10 * MINUTE);
    });

    it('leaves the pending occurrence where it is for a name or a policy', async () => {
      const { id, next } = await create();
      expect((await patch(id, { name: 'renamed' })).next).toEqual(next);
      const { next: again } = await patch(id, { catch_up: 'one' });
      expect(again?.fire_at).toBe(next?.fire_at);
      expect(await statusesOf(id)).toEqual(['running']);
    });

    it('takes a new expression in the zone that there is, and a new zone for the expression', async () => {
      const { id } = await create({ cron: '0 9 * * *', timezone: 'Europe/Paris' });
      expect(await patch(id, { cron: '0 10 * * *' })).toMatchObject({
        cron: '0 10 * * *',
        timezone: 'Europe/Paris',
      });
      expect(await patch(id, { timezone: 'UTC' })).toMatchObject({ cron: '0 10 * * *', timezone: 'UTC' });
      expect(await patch(id, { every: '1d' })).toMatchObject({
        cron: null,
        timezone: null,
        every_ms: 24 * HOUR,
      });
    });

    it('changes a schedule only at the version that If-Match names', async () => {
      const { id } = await create();
      const tag = (await api().call('GET', `/v1/schedules/${id}`)).headers.get('etag') ?? '';
      const rename = (ifMatch: string) =>
        api().call('PATCH', `/v1/schedules/${id}`, { body: { name: 'b' }, headers: { 'if-match': ifMatch } });
      readBody(await rename(tag), 200, Schedule);
      expect(readProblem(await rename(tag), 412).code).toBe('precondition_failed');
    });

    it.each<[string, object, string]>([
      ['nothing', {}, ''],
      ['its id', { id: 'other' }, '/id'],
      ['the timing to none', { cron: '0 0 30 2 *', timezone: 'UTC' }, '/cron'],
      ['the zone of a span', { timezone: 'UTC' }, '/cron'],
      ['the jitter beyond its span', { jitter: '1h' }, '/jitter'],
    ])('refuses to change %s', async (_, body, pointer) => {
      const { id, next } = await create();
      expect(pointers(await api().refusal(400, 'PATCH', `/v1/schedules/${id}`, { body }))).toContain(pointer);
      expect((await schedule(id)).next).toEqual(next);
    });
  });

  describe('DELETE /v1/schedules/{id}', () => {
    it('cancels the pending occurrence, and leaves what fired', async () => {
      const { id } = await create();
      await server().advance(HOUR);
      await api().read(Schedule, 200, 'DELETE', `/v1/schedules/${id}`);
      expect((await api().refusal(404, 'GET', `/v1/schedules/${id}`)).code).toBe('not_found');
      await server().advance(2 * HOUR);
      expect(await statusesOf(id)).toEqual(['expired', 'cancelled']);
    });
  });

  describe('GET /v1/schedules', () => {
    afterEach(removeAll);

    it('lists the newest first, page by page, and by status', async () => {
      const ids: string[] = [];
      for (const name of ['first', 'second', 'third']) ids.unshift((await create({ name })).id);
      const first = await api().get(SchedulePage, '/v1/schedules?limit=2');
      const rest = await api().get(SchedulePage, `/v1/schedules?limit=2&cursor=${first.next_cursor}`);
      expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual(ids);
      expect(rest.next_cursor).toBeNull();
      await command(ids[1] ?? '', 'pause');
      const paused = await api().get(SchedulePage, '/v1/schedules?status=paused');
      expect(paused.data.map(({ id }) => id)).toEqual([ids[1]]);
    });

    it.each([
      ['limit=0', '?limit'],
      ['status=asleep', '?status'],
      ['colour=red', '?colour'],
      ['cursor=nonsense', '?cursor'],
    ])('refuses %s', async (query, pointer) => {
      expect(pointers(await api().refusal(400, 'GET', `/v1/schedules?${query}`))).toEqual([pointer]);
    });
  });

  describe('GET /v1/schedules/{id}/next', () => {
    afterEach(removeAll);

    it('foresees what will happen, the pending occurrence first', async () => {
      const { id, next } = await create();
      const { data } = await api().get(PlannedOccurrences, `/v1/schedules/${id}/next?count=100`);
      expect(data).toHaveLength(100);
      expect(data[0]).toMatchObject({ planned_at: next?.planned_at, fire_at: next?.fire_at });
      expect(instant(data[99]?.fire_at) - instant(data[0]?.fire_at)).toBe(99 * HOUR);
      expect((await api().get(PlannedOccurrences, `/v1/schedules/${id}/next`)).data).toHaveLength(10);
    });

    it.each(['0', '101', 'many'])('refuses the count %s', async (count) => {
      const { id } = await create();
      const problem = await api().refusal(400, 'GET', `/v1/schedules/${id}/next?count=${count}`);
      expect(pointers(problem)).toEqual(['?count']);
    });
  });

  it.each([
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/pause'],
    ['POST', '/resume'],
    ['POST', '/run'],
    ['GET', '/next'],
    ['GET', '/logs'],
  ])('%s /v1/schedules/{id}%s for an unknown schedule is 404', async (method, suffix) => {
    const body = method === 'PATCH' ? { body: { name: 'b' } } : {};
    const problem = await api().refusal(404, method, `/v1/schedules/sch_nobody${suffix}`, body);
    expect(problem.code).toBe('not_found');
  });
}
