import { describe, expect, it } from '@jest/globals';
import { type CreatedTimer, OPERATIONS, Schedule, type Timer } from '@minoots/contract';
import { budgetHelp } from './budget-help.ts';
import type { Suite } from './suite.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Limits of how often the timers of an agent fire. */
export function limitingFires(suite: Suite): void {
  const { api, server, hasFrontEnd } = suite;
  const { newAgent, set, unset, fires, logOf, toHour } = budgetHelp(suite);
  const itByItself = hasFrontEnd ? () => {} : it;
  const statusesOf = async (timers: readonly CreatedTimer[]) =>
    (await Promise.all(timers.map(({ id }) => api().timer(id)))).map(({ status }) => status).sort();
  const createMany = (agent_id: string, count: number, fields: object = {}) =>
    Promise.all(
      Array.from({ length: count }, () => api().create({ agent_id, duration: 10 * MINUTE, ...fields })),
    );
  const throttled = async (timers: readonly CreatedTimer[]): Promise<Timer> => {
    const all = await Promise.all(timers.map(({ id }) => api().timer(id)));
    const found = all.find(({ throttled_until }) => throttled_until !== null);
    if (found === undefined) throw new Error('no timer was put off');
    return found;
  };

  describe('max_fires_per_hour', () => {
    itByItself('puts fires off to the hours that follow, and loses none', async () => {
      const agent = newAgent();
      const hour = await toHour();
      await set(agent, { max_fires_per_hour: 2 });
      const timers = await createMany(agent, 5, { events: { on_expire: { message: 'done' } } });
      await server().advance(10 * MINUTE);
      expect(await statusesOf(timers)).toEqual(['expired', 'expired', 'running', 'running', 'running']);
      expect(await fires(agent)).toBe(2);
      const waiting = await throttled(timers);
      const until = new Date(hour + HOUR).toISOString();
      expect(waiting).toMatchObject({ throttled_until: until, fired_at: null, time_remaining_ms: 0 });
      expect((await logOf(waiting.id)).at(-1)).toMatchObject({
        type: 'timer.throttled',
        message: `Put off until ${until}: agent ${agent} has fired 2 times in this hour, as often as its budget allows`,
        data: { until },
      });
      await server().advance(49 * MINUTE);
      expect(await fires(agent)).toBe(2);
      expect(await statusesOf(timers)).toEqual(['expired', 'expired', 'expired', 'expired', 'running']);
      await server().advance(HOUR);
      expect(await statusesOf(timers)).toEqual(Array(5).fill('expired'));
      const last = (await Promise.all(timers.map(({ id }) => api().timer(id)))).toSorted((one, other) =>
        String(one.fired_at) < String(other.fired_at) ? -1 : 1,
      )[4];
      expect(last).toMatchObject({ throttled_until: null, drift_ms: 2 * HOUR - 11 * MINUTE });
      expect((await logOf(last?.id ?? '')).filter(({ type }) => type === 'timer.throttled')).toHaveLength(2);
      await unset(agent);
    });

    itByItself('counts neither progress, nor cancellations, nor what is skipped', async () => {
      const agent = newAgent();
      await toHour();
      await set(agent, { max_fires_per_hour: 1 });
      const [, , cancelled] = [
        await api().create({
          agent_id: agent,
          duration: '10h',
          events: { on_progress: { at: ['1%', '2%'], message: 'on its way' } },
        }),
        await api().create({ agent_id: agent, duration: MINUTE, conditions: { never: true } }),
        await api().create({ agent_id: agent, events: { on_cancel: { message: 'gone' } } }),
      ];
      await api().command(cancelled.id, 'cancel');
      await server().advance(15 * MINUTE);
      expect(await fires(agent)).toBe(0);
      await unset(agent);
    });

    itByItself('counts a fire by request, and refuses one too many until the next hour', async () => {
      const agent = newAgent();
      await toHour();
      await set(agent, { max_fires_per_hour: 1 });
      const [first, second] = await createMany(agent, 2, { duration: '10h' });
      expect(await api().command(first?.id ?? '', 'fire')).toMatchObject({ status: 'expired' });
      const reply = await api().call('POST', `/v1/timers/${second?.id}/fire`, {
        headers: { 'idempotency-key': `${agent}-fire` },
      });
      expect(reply.status).toBe(429);
      expect(JSON.parse(reply.text)).toMatchObject({
        code: 'agent_throttled',
        agent_id: agent,
        retryable: true,
      });
      expect(Number(reply.headers.get('retry-after'))).toBe(59 * 60);
      expect(await api().timer(second?.id ?? '')).toMatchObject({ status: 'running', generation: 1 });
      await server().advance(HOUR);
      const again = await api().call('POST', `/v1/timers/${second?.id}/fire`, {
        headers: { 'idempotency-key': `${agent}-fire` },
      });
      expect(again.status).toBe(200);
      expect(await fires(agent)).toBe(1);
      await unset(agent);
    });

    itByItself('lets timers that were put off go as soon as the budget allows', async () => {
      const agent = newAgent();
      await toHour();
      await set(agent, { max_fires_per_hour: 1 });
      const timers = await createMany(agent, 4);
      await server().advance(10 * MINUTE);
      expect(await statusesOf(timers)).toEqual(['expired', 'running', 'running', 'running']);
      await set(agent, { max_fires_per_hour: 2 });
      await server().advance(1);
      expect(await statusesOf(timers)).toEqual(['expired', 'expired', 'running', 'running']);
      await unset(agent);
      await server().advance(1);
      expect(await statusesOf(timers)).toEqual(Array(4).fill('expired'));
    });

    itByItself('leaves a timer that is put off to every command', async () => {
      const agent = newAgent();
      const hour = await toHour();
      await set(agent, { max_fires_per_hour: 1 });
      const timers = await createMany(agent, 4);
      await server().advance(10 * MINUTE);
      const all = await Promise.all(timers.map(({ id }) => api().timer(id)));
      const [one, two, three] = all.filter(({ throttled_until }) => throttled_until !== null);
      if (one === undefined || two === undefined || three === undefined) throw new Error('three are put off');
      expect((await api().command(one.id, 'cancel')).status).toBe('cancelled');
      expect(await api().command(two.id, 'extend', { by: '10h' })).toMatchObject({ throttled_until: null });
      expect(await api().command(three.id, 'pause')).toMatchObject({
        status: 'paused',
        throttled_until: null,
      });
      await api().command(three.id, 'resume');
      await server().advance(1);
      // Judged anew, and told once for the hour.
      expect((await api().timer(three.id)).throttled_until).toBe(new Date(hour + HOUR).toISOString());
      expect((await logOf(three.id)).filter(({ type }) => type === 'timer.throttled')).toHaveLength(1);
      const other = newAgent();
      await api().read(OPERATIONS.updateTimer.output, 200, 'PATCH', `/v1/timers/${three.id}`, {
        body: { agent_id: other },
      });
      await server().advance(1);
      expect((await api().timer(three.id)).status).toBe('expired');
      await unset(agent);
    });

    itByItself('is judged after conditions, which are judged again when a fire was put off', async () => {
      const agent = newAgent();
      await toHour();
      await set(agent, { max_fires_per_hour: 1 });
      const path = '/v1/context/budget_is_fine';
      await api().call('PUT', path, { body: { value: true } });
      const timers = await createMany(agent, 2, { conditions: { budget_is_fine: true } });
      await server().advance(10 * MINUTE);
      expect(await statusesOf(timers)).toEqual(['expired', 'running']);
      await api().call('PUT', path, { body: { value: false } });
      await server().advance(HOUR);
      expect(await statusesOf(timers)).toEqual(['expired', 'skipped']);
      expect(await fires(agent)).toBe(0);
      await api().call('DELETE', path);
      await unset(agent);
    });

    itByItself('holds for a timer that a parent starts when its time has passed', async () => {
      const agent = newAgent();
      await toHour();
      await set(agent, { max_fires_per_hour: 1 });
      const parent = await api().create({ duration: '5m' });
      const children = await createMany(agent, 3, { depends_on: parent.id, duration: 1 });
      await server().advance(6 * MINUTE);
      expect(await statusesOf(children)).toEqual(['expired', 'running', 'running']);
      await unset(agent);
      await server().advance(1);
    });

    itByItself('lets an occurrence fire late that was put off, and the plan goes on', async () => {
      const agent = newAgent();
      await toHour(30 * MINUTE);
      await set(agent, { max_fires_per_hour: 1 });
      const body = { name: 'often', every: '10m', template: { agent_id: agent } };
      const { id } = await api().read(Schedule, 201, 'POST', '/v1/schedules', { body });
      await server().advance(25 * MINUTE);
      expect(await api().get(Schedule, `/v1/schedules/${id}`)).toMatchObject({
        counts: { fired: 1, skipped: 0 },
      });
      await server().advance(10 * MINUTE);
      expect(await api().get(Schedule, `/v1/schedules/${id}`)).toMatchObject({
        counts: { fired: 2, skipped: 0 },
      });
      await api().read(Schedule, 200, 'DELETE', `/v1/schedules/${id}`);
      await unset(agent);
    });
  });
}
