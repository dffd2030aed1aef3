import { describe, expect, it } from '@jest/globals';
import { PlannedOccurrences, TimerPage, TimerPreview } from '@minoots/contract';
import { pointers } from './client.ts';
import type { Suite } from './suite.ts';

const HOUR = 3_600_000;
const instant = (text: string | null | undefined) => Date.parse(text ?? '');

/** `POST /v1/timers/preview` and `POST /v1/schedules/preview`. */
export function foreseeing({ api, server }: Suite): void {
  const preview = (body: object) =>
    api().read(TimerPreview, 200, 'POST', '/v1/timers/preview', { body: { name: 'foreseen', ...body } });
  const runs = async (body: object) =>
    (await api().read(PlannedOccurrences, 200, 'POST', '/v1/schedules/preview', { body })).data;

  describe('POST /v1/timers/preview', () => {
    it('tells what the timer would do, and stores nothing', async () => {
      const request = {
        id: 'foreseen-1',
        agent_id: 'foreseeing',
        duration: '4h',
        retry: { max_attempts: 3, initial: '10s', factor: 2 },
        events: {
          on_expire: { webhook: 'https://example.com/hook', message: 'done' },
          on_progress: { at: ['25%', '50%'], message: 'under way' },
          on_cancel: { message: 'cancelled' },
        },
      };
      const { acceptable, refusals, plan, notes } = await preview(request);
      expect({ acceptable, refusals, notes }).toEqual({ acceptable: true, refusals: [], notes: [] });
      expect(plan).toMatchObject({
        status: 'running',
        time_remaining_ms: 4 * HOUR,
        dst: null,
        waiting_for: [],
        conditions: null,
        retry: { max_attempts: 3, gaps_ms: [10_000, 20_000], gives_up_after_ms: 30_000 },
        progress: [
          { share: 0.25, after_ms: HOUR },
          { share: 0.5, after_ms: 2 * HOUR },
        ],
      });
      const start = instant(plan?.fire_at) - 4 * HOUR;
      expect(plan?.progress.map(({ at }) => instant(at) - start)).toEqual([HOUR, 2 * HOUR]);
      expect(
        plan?.actions.map(({ event, type, at }) => [event, type, at === null ? null : instant(at) - start]),
      ).toEqual([
        ['timer.progress', 'message', HOUR],
        ['timer.expired', 'webhook', 4 * HOUR],
        ['timer.expired', 'message', 4 * HOUR],
        ['timer.cancelled', 'message', null],
      ]);
      expect((await api().call('GET', '/v1/timers/foreseen-1')).status).toBe(404);
      expect((await api().get(TimerPage, '/v1/timers?agent_id=foreseeing')).data).toEqual([]);
    });

    it('foresees what then happens', async () => {
      const { plan } = await preview({ id: 'foreseen-2', duration: '90m' });
      const timer = await api().create({ id: 'foreseen-2', name: 'foreseen', duration: '90m' });
      expect(timer.fire_at).toBe(plan?.fire_at);
    });

    it.each<[string, string, string, string]>([
      ['skipped', '2035-03-11T02:30', 'America/New_York', '2035-03-11T07:30:00.000Z'],
      ['repeated', '2035-10-28T02:30', 'Europe/Paris', '2035-10-28T00:30:00.000Z'],
      ['skipped', '2035-10-07T02:15', 'Australia/Lord_Howe', '2035-10-06T15:45:00.000Z'],
    ])(
      'tells of a local time that is %s (complaint 7): %s in %s',
      async (kind, fire_at_local, timezone, fireAt) => {
        const { plan, notes } = await preview({ fire_at_local, timezone });
        expect([plan?.fire_at, plan?.dst?.kind]).toEqual([fireAt, kind]);
        expect(notes).toEqual([plan?.dst?.detail]);
      },
    );

    it('names everything that there is against the timer', async () => {
      const { acceptable, plan, refusals } = await preview({
        duration: '99y',
        depends_on: ['nobody', 'nobody-else'],
        retry: { max_attempts: 2, initial: 'x' },
        on_unmet: 'skip',
        events: {
          on_expire: { message: '${timer.nothing}' },
          on_cancel: { webhook: { url: 'https://example.com/', timeout: '2h' } },
        },
      });
      expect([acceptable, plan]).toEqual([false, null]);
      expect(refusals.map(({ code, pointer }) => [code, pointer])).toEqual([
        ['invalid_request', '/duration'],
        ['unknown_placeholder', '/events/on_expire/message'],
        ['invalid_request', '/events/on_cancel/webhook/timeout'],
        ['invalid_request', '/retry/initial'],
        ['invalid_request', '/on_unmet'],
        ['unknown_parent', '/depends_on/0'],
        ['unknown_parent', '/depends_on/1'],
      ]);
    });

    it('tells what the timer would wait for', async () => {
      const parent = await api().create();
      const { plan, notes } = await preview({ duration: '1h', depends_on: parent.id });
      expect(plan).toMatchObject({
        status: 'waiting',
        fire_at: null,
        waiting_for: [parent.id],
        time_remaining_ms: HOUR,
      });
      expect(notes.join()).toContain(parent.id);
      await api().command(parent.id, 'cancel');
      expect((await preview({ duration: '1h', depends_on: parent.id })).plan?.status).toBe('cancelled');
    });

    it('tells whether its conditions hold at present', async () => {
      const conditions = { foreseen_fact: { $gte: 3 } };
      const unmet = await preview({ duration: '1h', conditions });
      expect(unmet.plan?.conditions).toMatchObject({
        met: false,
        reason: expect.stringContaining('foreseen_fact'),
      });
      await api().call('PUT', '/v1/context/foreseen_fact', { body: { value: 3 } });
      expect((await preview({ duration: '1h', conditions })).plan?.conditions?.met).toBe(true);
    });

    it('tells of an id that is taken, and of a request that was carried out', async () => {
      const request = { id: 'foreseen-3', name: 'foreseen', duration: '1h' };
      await api().create(request);
      const again = await preview(request);
      expect([again.acceptable, again.notes[0]]).toEqual([true, expect.stringContaining('changes nothing')]);
      const other = await preview({ ...request, duration: '2h' });
      expect(other.refusals).toEqual([{ code: 'timer_exists', pointer: '/id', message: expect.any(String) }]);
    });

    it('tells that an instant has passed', async () => {
      const { plan, notes } = await preview({ fire_at: '2020-01-01T00:00:00Z' });
      expect([plan?.time_remaining_ms, notes]).toEqual([0, ['The instant has passed: it fires at once']]);
    });

    it.each<[object, string]>([
      [{ duration: '1h', colour: 'red' }, '/colour'],
      [{ duration: '1h', name: 7 }, '/name'],
    ])('refuses what is no request: %j', async (body, pointer) => {
      const problem = await api().refusal(400, 'POST', '/v1/timers/preview', {
        body: { name: 'a', ...body },
      });
      expect(pointers(problem)).toEqual([pointer]);
    });
  });

  describe('POST /v1/schedules/preview', () => {
    it('foresees the runs of a span from now on', async () => {
      const found = await runs({ every: '1h', count: 3 });
      expect(found).toHaveLength(3);
      expect(found[0]).toMatchObject({ fire_at: found[0]?.planned_at, local_time: null, dst: null });
      await server().advance(1);
      expect(instant((await runs({ every: '1h' }))[0]?.planned_at)).toBe(instant(found[0]?.planned_at) + 1);
    });

    it('shows local times, and what clock changes do to them (complaint 7)', async () => {
      const found = await runs({ cron: '30 2 * 3 *', timezone: 'America/New_York', count: 31 });
      const noted = found.filter(({ dst }) => dst !== null);
      expect(noted).toEqual([
        {
          planned_at: expect.stringMatching(/T07:00:00\.000Z$/),
          fire_at: expect.stringMatching(/T07:00:00\.000Z$/),
          local_time: expect.stringMatching(/T03:00:00$/),
          dst: { kind: 'skipped', detail: expect.stringContaining('America/New_York') },
        },
      ]);
    });

    it('leaves open where jitter puts a run, since that depends on the schedule', async () => {
      const [first] = await runs({ every: '1h', jitter: '5m', count: 1 });
      expect(first?.fire_at).toBeNull();
    });

    it.each<[object, string]>([
      [{}, '/cron'],
      [{ every: '1h', count: 101 }, '/count'],
      [{ cron: '0 0 30 2 *', timezone: 'UTC' }, '/cron'],
      [{ every: '1h', template: {} }, '/template'],
    ])('refuses %j', async (body, pointer) => {
      expect(pointers(await api().refusal(400, 'POST', '/v1/schedules/preview', { body }))).toEqual([
        pointer,
      ]);
    });
  });
}
