import { describe, expect, it } from '@jest/globals';
import { OPERATIONS, Timer } from '@minoots/contract';
import { pointers, readBody, readProblem } from './client.ts';
import type { Suite } from './suite.ts';

const HOUR = 3_600_000;
const instant = (text: string | null) => Date.parse(text ?? '');

/** Reading one timer and every command on it. */
export function changingTimers({ api, server }: Suite): void {
  describe('GET /v1/timers/{id}', () => {
    it('shows how far the timer is', async () => {
      const { id } = await api().create({ duration: '4h' });
      await server().advance(HOUR);
      const timer = await api().timer(id);
      expect(timer.time_remaining_ms).toBe(3 * HOUR);
      expect(timer.progress).toBeCloseTo(0.25, 6);
    });
  });

  describe('PATCH /v1/timers/{id}', () => {
    it('changes what it is given, clears what is null, and leaves the clock alone', async () => {
      const { id, fire_at } = await api().create({ agent_id: 'a', labels: { a: '1' }, metadata: { a: 1 } });
      const body = { name: 'renamed', agent_id: null, metadata: null };
      const changed = await api().read(Timer, 200, 'PATCH', `/v1/timers/${id}`, { body });
      expect(changed).toMatchObject({
        name: 'renamed',
        agent_id: null,
        metadata: null,
        labels: { a: '1' },
        fire_at,
        generation: 1,
      });
      expect(await api().timer(id)).toMatchObject({ name: 'renamed', agent_id: null });
    });

    it('changes a timer only at the version that If-Match names', async () => {
      const { id } = await api().create();
      const tag = (await api().call('GET', `/v1/timers/${id}`)).headers.get('etag') ?? '';
      const patch = (ifMatch: string) =>
        api().call('PATCH', `/v1/timers/${id}`, { body: { name: 'b' }, headers: { 'if-match': ifMatch } });
      const changed = await patch(tag);
      readBody(changed, 200, Timer);
      expect(changed.headers.get('etag')).not.toBe(tag);
      expect(readProblem(await patch(tag), 412).code).toBe('precondition_failed');
      readBody(await patch('*'), 200, Timer);
      expect(pointers(readProblem(await patch('nonsense'), 400))).toEqual(['If-Match']);
    });

    it('lets one of parallel changes of a version through', async () => {
      const { id } = await api().create();
      const tag = (await api().call('GET', `/v1/timers/${id}`)).headers.get('etag') ?? '';
      const patches = Array.from({ length: 10 }, (_, n) =>
        api().call('PATCH', `/v1/timers/${id}`, { body: { name: `n${n}` }, headers: { 'if-match': tag } }),
      );
      const statuses = (await Promise.all(patches)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status === 412)).toHaveLength(9);
    });

    it.each<[string, object, string]>([
      ['nothing', {}, ''],
      ['the clock', { duration: '1h' }, '/duration'],
      ['a name that is null', { name: null }, '/name'],
    ])('refuses to change %s', async (_, body, pointer) => {
      const { id } = await api().create();
      expect(pointers(await api().refusal(400, 'PATCH', `/v1/timers/${id}`, { body }))).toContain(pointer);
    });
  });

  describe('POST /v1/timers/{id}/cancel', () => {
    it('ends a timer before it fires, and again changes nothing', async () => {
      const { id } = await api().create();
      const cancelled = await api().command(id, 'cancel');
      expect(cancelled).toMatchObject({ status: 'cancelled', fired_at: null, time_remaining_ms: 0 });
      expect(cancelled.settled_at).not.toBeNull();
      expect(await api().command(id, 'cancel')).toMatchObject({
        settled_at: cancelled.settled_at,
        generation: cancelled.generation,
      });
      await server().advance(2 * HOUR);
      expect(await api().timer(id)).toMatchObject({ status: 'cancelled', fired_at: null });
    });

    it('says so, with the timer, when it comes too late', async () => {
      const { id } = await api().create({ duration: 10 });
      await server().advance(10);
      const problem = await api().refusal(409, 'POST', `/v1/timers/${id}/cancel`);
      expect(problem.code).toBe('timer_already_fired');
      expect(Timer.parse(problem.timer)).toMatchObject({ id, status: 'expired' });
    });

    it('either stops a fire or comes too late for it, never both (complaint 9)', async () => {
      for (let round = 0; round < 20; round++) {
        const { id } = await api().create();
        const [cancelled, fired] = await Promise.all(
          ['cancel', 'fire'].map((verb) => api().call('POST', `/v1/timers/${id}/${verb}`)),
        );
        const { status, fired_at } = await api().timer(id);
        const outcome = [cancelled?.status, fired?.status, status, fired_at === null];
        expect([
          [200, 409, 'cancelled', true],
          [409, 200, 'expired', false],
        ]).toContainEqual(outcome);
      }
    });
  });

  describe('POST /v1/timers/{id}/pause and /resume', () => {
    it('freeze the remaining time and continue with it', async () => {
      const { id } = await api().create({ duration: '2h' });
      await server().advance(HOUR / 2);
      expect(await api().command(id, 'pause')).toMatchObject({
        status: 'paused',
        fire_at: null,
        time_remaining_ms: 1.5 * HOUR,
      });
      await server().advance(24 * HOUR);
      expect(await api().timer(id)).toMatchObject({ status: 'paused', time_remaining_ms: 1.5 * HOUR });
      expect(await api().command(id, 'resume')).toMatchObject({
        status: 'running',
        time_remaining_ms: 1.5 * HOUR,
      });
      await server().advance(1.5 * HOUR - 1);
      expect(await api().timer(id)).toMatchObject({ status: 'running', time_remaining_ms: 1 });
      await server().advance(1);
      expect(await api().timer(id)).toMatchObject({ status: 'expired', drift_ms: 0 });
    });
  });

  describe('POST /v1/timers/{id}/extend', () => {
    it('adds a span, to a running timer and to a paused one', async () => {
      const { id, fire_at } = await api().create();
      const extended = await api().command(id, 'extend', { by: '30m' });
      expect(instant(extended.fire_at)).toBe(instant(fire_at) + HOUR / 2);
      await api().command(id, 'pause');
      expect((await api().command(id, 'extend', { by: 'PT30M' })).time_remaining_ms).toBe(2 * HOUR);
    });

    it.each<[object]>([
      [{}],
      [{ by: 0 }],
      [{ by: -1 }],
      [{ by: '11 years' }],
      [{ by: 1e300 }],
      [{ by: null }],
    ])('refuses %j', async (body) => {
      const { id } = await api().create();
      expect(pointers(await api().refusal(400, 'POST', `/v1/timers/${id}/extend`, { body }))).toEqual([
        '/by',
      ]);
    });

    it('refuses to lead beyond ten years', async () => {
      const { id } = await api().create();
      const body = { by: `${365 * 10}d` };
      expect(pointers(await api().refusal(400, 'POST', `/v1/timers/${id}/extend`, { body }))).toEqual([
        '/by',
      ]);
    });
  });

  describe('POST /v1/timers/{id}/reschedule', () => {
    it('sets a new time, as a span or an instant', async () => {
      const { id, created_at } = await api().create();
      const moved = await api().command(id, 'reschedule', { duration: '3h' });
      expect(instant(moved.fire_at)).toBe(instant(created_at) + 3 * HOUR);
      const fire_at = new Date(instant(created_at) + 5 * HOUR).toISOString();
      expect((await api().command(id, 'reschedule', { fire_at })).fire_at).toBe(fire_at);
      expect(pointers(await api().refusal(400, 'POST', `/v1/timers/${id}/reschedule`, { body: {} }))).toEqual(
        ['/duration'],
      );
    });
  });

  describe('POST /v1/timers/{id}/fire', () => {
    it('fires at once, and only once', async () => {
      const { id } = await api().create();
      await api().command(id, 'fire');
      expect(await api().timer(id)).toMatchObject({ status: 'expired', progress: 1, time_remaining_ms: 0 });
      expect((await api().refusal(409, 'POST', `/v1/timers/${id}/fire`)).code).toBe('timer_already_fired');
      const { data } = await api().get(OPERATIONS.getTimerLogs.output, `/v1/timers/${id}/logs`);
      expect(data.filter(({ type }) => type === 'timer.fired')).toHaveLength(1);
    });
  });

  describe('a timer that has ended', () => {
    it.each<[string, object]>([
      ['pause', {}],
      ['resume', {}],
      ['extend', { by: '1h' }],
      ['reschedule', { duration: '1h' }],
      ['fire', {}],
    ])('does not %s', async (verb, body) => {
      const { id } = await api().create();
      await api().command(id, 'cancel');
      const problem = await api().refusal(409, 'POST', `/v1/timers/${id}/${verb}`, { body });
      expect(problem.code).toBe('timer_settled');
      expect(Timer.parse(problem.timer).status).toBe('cancelled');
    });
  });

  describe('GET /v1/timers/{id}/logs', () => {
    it('tells what happened, oldest first', async () => {
      const { id } = await api().create();
      await api().command(id, 'pause');
      await api().command(id, 'resume');
      await api().command(id, 'extend', { by: '1m' });
      await api().command(id, 'cancel');
      const { data } = await api().get(OPERATIONS.getTimerLogs.output, `/v1/timers/${id}/logs`);
      const types = data.map(({ type }) => type);
      expect(types[0]).toBe('timer.created');
      expect(types.slice(-4)).toEqual(['timer.paused', 'timer.resumed', 'timer.extended', 'timer.cancelled']);
    });
  });
}
