import { describe, expect, it } from '@jest/globals';
import { BudgetList, OPERATIONS, TimerPreview } from '@minoots/contract';
import { limitingFires } from './budget-fires.ts';
import { budgetHelp } from './budget-help.ts';
import { limitingMakers } from './budget-makers.ts';
import { pointers } from './client.ts';
import type { Suite } from './suite.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** `/v1/agents/…/budget`, and what it does to timers. */
export function budgetedAgents(suite: Suite): void {
  settingBudgets(suite);
  limitingActiveTimers(suite);
  limitingMakers(suite);
  limitingFires(suite);
  foreseeingBudgets(suite);
}

function settingBudgets(suite: Suite): void {
  const { api, server } = suite;
  const { newAgent, pathOf, set, show, unset } = budgetHelp(suite);

  describe('/v1/agents/{agent_id}/budget', () => {
    it('is kept, shown with what is used of it, and taken away', async () => {
      const agent = `${newAgent()} ☕/1`;
      const made = await set(agent, { max_active_timers: 5, max_fires_per_hour: 7 });
      expect(made).toMatchObject({
        agent_id: agent,
        max_active_timers: 5,
        max_fires_per_hour: 7,
        is_default: false,
        used: { active_timers: 0, fires_this_hour: 0 },
      });
      expect(Date.parse(made.used?.hour_ends_at ?? '') % HOUR).toBe(0);
      expect(await show(agent)).toEqual(made);
      const { is_default: _, used: __, ...budget } = made;
      expect((await api().get(BudgetList, '/v1/agents/budgets')).data).toContainEqual(budget);
      expect(await unset(agent)).toEqual(budget);
      for (const method of ['GET', 'DELETE'])
        expect((await api().refusal(404, method, pathOf(agent))).code).toBe('not_found');
    });

    it('takes the place of the one before as a whole', async () => {
      const agent = newAgent();
      await set(agent, { max_active_timers: 5 });
      await server().advance(MINUTE);
      const second = await set(agent, { max_fires_per_hour: 7 });
      expect(second).toMatchObject({ max_active_timers: null, max_fires_per_hour: 7 });
      expect(second.used).toMatchObject({ active_timers: null, fires_this_hour: 0 });
      expect(await show(agent)).toEqual(second);
      await unset(agent);
    });

    it.each<[string, object, string]>([
      ['no limit', {}, ''],
      ['a limit below 0', { max_active_timers: -1 }, '/max_active_timers'],
      ['no fires at all', { max_fires_per_hour: 0 }, '/max_fires_per_hour'],
      ['a limit that is no whole number', { max_active_timers: 1.5 }, '/max_active_timers'],
      ['another limit', { max_active_timers: 1, max_webhooks: 2 }, '/max_webhooks'],
    ])('refuses %s', async (_, body, pointer) => {
      expect(pointers(await api().refusal(400, 'PUT', pathOf('refused'), { body }))).toEqual([pointer]);
    });

    it('of * holds for agents without one, and is no agent itself', async () => {
      // So large that a process which goes by it for a while after it is gone refuses nothing to other tests.
      const [one, other] = [newAgent(), newAgent()];
      await set(other, { max_active_timers: 90_000 });
      expect(await set('*', { max_active_timers: 30_000 })).toMatchObject({ is_default: false, used: null });
      expect(await show(one)).toMatchObject({ agent_id: one, max_active_timers: 30_000, is_default: true });
      expect(await show(other)).toMatchObject({ max_active_timers: 90_000, is_default: false });
      await unset(other);
      expect(await show(other)).toMatchObject({ max_active_timers: 30_000, is_default: true });
      await unset('*');
      expect((await api().refusal(404, 'GET', pathOf(one))).code).toBe('not_found');
    });
  });
}

function limitingActiveTimers(suite: Suite): void {
  const { api, server, hasFrontEnd } = suite;
  const { newAgent, set, unset, active, refused } = budgetHelp(suite);
  const itByItself = hasFrontEnd ? () => {} : it;
  const create = (agent_id: string, fields: object = {}) => api().create({ agent_id, ...fields });

  describe('max_active_timers', () => {
    itByItself('refuses a timer too many, which changes nothing, until one ends', async () => {
      const agent = newAgent();
      await set(agent, { max_active_timers: 2 });
      const first = await create(agent);
      await create(agent, { duration: '5m' });
      const problem = await refused(agent, { id: 'never-made' });
      expect(problem).toMatchObject({
        code: 'agent_over_budget',
        retryable: false,
        agent_id: agent,
        active_timers: 2,
        max_active_timers: 2,
      });
      expect(pointers(problem)).toEqual(['/agent_id']);
      expect((await api().refusal(404, 'GET', '/v1/timers/never-made')).code).toBe('not_found');
      expect(await active(agent)).toBe(2);
      await api().command(first.id, 'cancel');
      const second = await create(agent);
      await refused(agent);
      await server().advance(5 * MINUTE);
      expect(await active(agent)).toBe(1);
      await api().read(OPERATIONS.deleteTimer.output, 200, 'DELETE', `/v1/timers/${second.id}`);
      expect(await active(agent)).toBe(0);
      await unset(agent);
      for (let n = 0; n < 3; n++) await create(agent);
    });

    itByItself('admits exactly one of 50 parallel requests at 99 of 100', async () => {
      const agent = newAgent();
      await set(agent, { max_active_timers: 100 });
      const timers = Array.from({ length: 99 }, () => ({ name: 'crowd', duration: '1h', agent_id: agent }));
      await api().read(OPERATIONS.createTimers.output, 200, 'POST', '/v1/timers/batch', { body: { timers } });
      const body = { name: 'one more', duration: '1h', agent_id: agent };
      const replies = await Promise.all(
        Array.from({ length: 50 }, () => api().call('POST', '/v1/timers', { body })),
      );
      expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array(49).fill(422)]);
      expect(await active(agent)).toBe(100);
      await unset(agent);
    });

    itByItself('takes of a batch as many as have room, and refuses the rest one by one', async () => {
      const [agent, other] = [newAgent(), newAgent()];
      await set(agent, { max_active_timers: 3 });
      await create(agent, { id: `${agent}-there` });
      const item = (fields: object) => ({ name: 'item', duration: '1h', agent_id: agent, ...fields });
      const timers = [
        item({}),
        item({ agent_id: other }),
        { name: 'conformance', duration: '1h', agent_id: agent, id: `${agent}-there` },
        item({}),
        item({}),
      ];
      const { results } = await api().read(OPERATIONS.createTimers.output, 200, 'POST', '/v1/timers/batch', {
        body: { timers },
      });
      expect(results.map(({ status }) => status)).toEqual([201, 201, 200, 201, 422]);
      expect(results[4]).toMatchObject({ error: { code: 'agent_over_budget', active_timers: 3 } });
      expect(await active(agent)).toBe(3);
      await unset(agent);
    });

    itByItself('gives the repeat of a request its timer, though there is no room any more', async () => {
      const agent = newAgent();
      await set(agent, { max_active_timers: 1 });
      const id = `${agent}-same`;
      await create(agent, { id });
      const body = { name: 'conformance', duration: '1h', agent_id: agent, id };
      expect(
        await api().read(OPERATIONS.createTimer.output, 200, 'POST', '/v1/timers', { body }),
      ).toMatchObject({ id });
      await unset(agent);
    });

    itByItself(
      'counts the timers that an agent had before from the start, even beyond the limit',
      async () => {
        const agent = newAgent();
        const before = [await create(agent), await create(agent), await create(agent)];
        await create(agent, { duration: 1 });
        await server().advance(1);
        expect((await set(agent, { max_active_timers: 2 })).used?.active_timers).toBe(3);
        await refused(agent);
        for (const { id } of before.slice(1)) await api().command(id, 'cancel');
        expect(await active(agent)).toBe(1);
        await create(agent);
        await refused(agent);
        await unset(agent);
      },
    );

    itByItself('does not count a timer again that a redelivery opens again', async () => {
      const agent = newAgent();
      await set(agent, { max_active_timers: 1 });
      const events = { on_expire: { message: 'done' } };
      const { id } = await create(agent, { duration: MINUTE, events });
      await server().advance(MINUTE);
      expect(await active(agent)).toBe(0);
      const { deliveries } = await api().timer(id);
      await api().call('POST', `/v1/deliveries/${deliveries[0]?.id}/redeliver`);
      expect(await active(agent)).toBe(0);
      await server().advance(MINUTE);
      expect(await active(agent)).toBe(0);
      await unset(agent);
    });

    itByItself('moves with a timer to another agent, or keeps it where it is', async () => {
      const [from, to] = [newAgent(), newAgent()];
      await set(from, { max_active_timers: 1 });
      await set(to, { max_active_timers: 1 });
      const { id } = await create(from);
      const other = await create(to);
      const move = { method: 'PATCH', path: `/v1/timers/${id}`, body: { agent_id: to } };
      const problem = await api().refusal(422, move.method, move.path, move);
      expect(problem).toMatchObject({ code: 'agent_over_budget', agent_id: to });
      expect((await api().timer(id)).agent_id).toBe(from);
      await api().command(other.id, 'cancel');
      await api().read(OPERATIONS.updateTimer.output, 200, move.method, move.path, move);
      expect([await active(from), await active(to)]).toEqual([0, 1]);
      await api().read(OPERATIONS.updateTimer.output, 200, 'PATCH', move.path, { body: { agent_id: null } });
      expect([await active(from), await active(to)]).toEqual([0, 0]);
      await unset(from);
      await unset(to);
    });

    itByItself('of 0 stops an agent altogether', async () => {
      const agent = newAgent();
      await set(agent, { max_active_timers: 0 });
      expect(await refused(agent)).toMatchObject({ active_timers: 0, max_active_timers: 0 });
      await unset(agent);
    });

    itByItself('of * stops agents that nobody has heard of, each by itself', async () => {
      const [one, other] = [newAgent(), newAgent()];
      await create(one);
      await set('*', { max_active_timers: 1 });
      await refused(one);
      await create(other);
      await refused(other);
      await api().create({});
      await unset('*');
      await create(other);
    });

    if (hasFrontEnd)
      it('holds within half a minute, whichever process is asked', async () => {
        const agent = newAgent();
        await create(agent);
        await set(agent, { max_active_timers: 1 });
        await new Promise((resolve) => setTimeout(resolve, 31_000));
        for (let n = 0; n < 5; n++) await refused(agent);
        await unset(agent);
      });
  });
}

function foreseeingBudgets(suite: Suite): void {
  const { api, hasFrontEnd } = suite;
  const { newAgent, set, unset } = budgetHelp(suite);
  const itByItself = hasFrontEnd ? () => {} : it;

  describe('a preview', () => {
    itByItself('tells that the budget would refuse the timer', async () => {
      const agent = newAgent();
      await set(agent, { max_active_timers: 1 });
      const body = { name: 'foreseen', duration: '1h', agent_id: agent };
      const preview = () => api().read(TimerPreview, 200, 'POST', '/v1/timers/preview', { body });
      expect(await preview()).toMatchObject({ acceptable: true, refusals: [] });
      await api().create({ agent_id: agent });
      expect(await preview()).toMatchObject({
        acceptable: false,
        refusals: [
          {
            code: 'agent_over_budget',
            pointer: '/agent_id',
            message: `Agent ${agent} has 1 active timers, and its budget allows 1`,
          },
        ],
      });
      await unset(agent);
    });
  });
}
