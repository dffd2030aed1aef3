import { afterEach, describe, expect, it } from '@jest/globals';
import { OPERATIONS, Schedule } from '@minoots/contract';
import { budgetHelp } from './budget-help.ts';
import type { Suite } from './suite.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Limits of active timers, where actions, schedules and imports make them. */
export function limitingMakers(suite: Suite): void {
  const { api, server, hasFrontEnd } = suite;
  const { newAgent, set, unset, active } = budgetHelp(suite);
  const itByItself = hasFrontEnd ? it.skip : it;
  const schedule = (id: string) => api().get(Schedule, `/v1/schedules/${id}`);
  const made: string[] = [];

  describe('max_active_timers, of timers that nobody asks for one by one', () => {
    afterEach(async () => {
      for (const id of made.splice(0)) await api().read(Schedule, 200, 'DELETE', `/v1/schedules/${id}`);
    });

    itByItself('refuses the delivery that would make one too many, with the reason', async () => {
      const agent = newAgent();
      await set(agent, { max_active_timers: 3 });
      const actions = Array.from({ length: 5 }, (_, n) => ({
        type: 'timer',
        name: `made ${n}`,
        duration: '1h',
      }));
      const { id } = await api().create({
        agent_id: agent,
        duration: MINUTE,
        events: { on_expire: { actions } },
      });
      await server().advance(MINUTE);
      const { status, deliveries } = await api().timer(id);
      expect(status).toBe('failed');
      const refusals = deliveries.filter((delivery) => delivery.status === 'exhausted');
      // The timer that makes them is active until all are delivered.
      expect(refusals).toHaveLength(3);
      expect(refusals[0]?.attempts).toMatchObject([
        {
          outcome: 'refused',
          error: `agent_over_budget: Agent ${agent} has 3 active timers, and its budget allows 3`,
        },
      ]);
      expect(await active(agent)).toBe(2);
      await unset(agent);
    });

    itByItself(
      'skips an occurrence that there is no room for when it is due, and the plan goes on',
      async () => {
        const agent = newAgent();
        await set(agent, { max_active_timers: 1 });
        const blocker = await api().create({ agent_id: agent, duration: '10h' });
        const body = { name: 'planned', every: '1h', template: { agent_id: agent } };
        const { id, next } = await api().read(Schedule, 201, 'POST', '/v1/schedules', { body });
        made.push(id);
        expect(await active(agent)).toBe(1);
        await server().advance(HOUR);
        expect(await api().timer(next?.timer_id ?? '')).toMatchObject({ status: 'skipped' });
        const skipped = await schedule(id);
        expect(skipped).toMatchObject({ counts: { fired: 0, skipped: 1 } });
        const { data } = await api().get(OPERATIONS.getScheduleLogs.output, `/v1/schedules/${id}/logs`);
        expect(data.at(-1)).toMatchObject({
          type: 'occurrence.skipped',
          message: `Agent ${agent} has 1 active timers, and its budget allows 1`,
        });
        await api().command(blocker.id, 'cancel');
        await server().advance(HOUR);
        expect(await schedule(id)).toMatchObject({ counts: { fired: 1, skipped: 1 } });
        expect(await active(agent)).toBe(1);
        await unset(agent);
      },
    );

    itByItself('refuses a run beside the plan, which leaves no trace', async () => {
      const agent = newAgent();
      await set(agent, { max_active_timers: 1 });
      const body = { name: 'planned', every: '1h', template: { agent_id: agent } };
      const { id } = await api().read(Schedule, 201, 'POST', '/v1/schedules', { body });
      made.push(id);
      expect(await active(agent)).toBe(1);
      const problem = await api().refusal(422, 'POST', `/v1/schedules/${id}/run`);
      expect(problem.code).toBe('agent_over_budget');
      expect(await schedule(id)).toMatchObject({ counts: { runs: 0 } });
      await unset(agent);
    });

    itByItself('counts imported timers, and refuses those that are too many one by one', async () => {
      const agent = newAgent();
      const timers = [await api().create({ agent_id: agent }), await api().create({ agent_id: agent })];
      const page = await api().get(OPERATIONS.exportTimers.output, '/v1/export?limit=200');
      const items = page.data.filter((item) => timers.some(({ id }) => id === item.id));
      for (const { id } of timers)
        await api().read(OPERATIONS.deleteTimer.output, 200, 'DELETE', `/v1/timers/${id}`);
      await set(agent, { max_active_timers: 1 });
      const { results } = await api().read(OPERATIONS.importTimers.output, 200, 'POST', '/v1/import', {
        body: { data: items },
      });
      expect(results.map(({ status }) => status).sort()).toEqual([201, 422]);
      expect(await active(agent)).toBe(1);
      await unset(agent);
    });
  });
}
