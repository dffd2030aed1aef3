import { describe, expect, it } from '@jest/globals';
import { CreatedApiKey, OPERATIONS, PlanList, Schedule, Usage } from '@minoots/contract';
import { ApiClient } from './client.ts';
import { peopleHelp } from './people.ts';
import type { Suite } from './suite.ts';

const HOUR = 3_600_000;

/** What the plan of a team allows. */
export function keepingToPlans(suite: Suite): void {
  countingRequests(suite);
  tellingPlans(suite);
  countingActiveTimers(suite);
}

function countingRequests({ api, server }: Suite): void {
  describe('plans', () => {
    it('tell a key with each answer how many requests it has left', async () => {
      const body = { name: 'metered', scopes: ['timers:read'] };
      const { key } = await api().read(CreatedApiKey, 201, 'POST', '/v1/api-keys', { body });
      const client = new ApiClient({ baseUrl: server().baseUrl, key });
      for (const path of ['/v1/timers', '/v1/timers/nothing', '/v1/context']) {
        const { headers } = await client.send(path);
        expect(headers.get('ratelimit-policy')).toMatch(/^"minute";q=\d+;w=60$/);
        expect(headers.get('ratelimit')).toMatch(/^"minute";r=\d+;t=\d+$/);
      }
      expect((await client.send('/healthz')).headers.has('ratelimit')).toBe(false);
    });
  });
}

function tellingPlans(suite: Suite): void {
  const { api, hasFrontEnd } = suite;
  const { signIn, putOnPlan } = peopleHelp(suite);
  const itByItself = hasFrontEnd ? it.skip : it;

  describe('GET /v1/plans', () => {
    it('lists the plans as the table has them', async () => {
      const { data } = await api().get(PlanList, '/v1/plans');
      expect(data).toMatchObject([
        { id: 'free', price_usd_per_month: 0, limits: { active_timers: 100, attempts: 3, members: 1 } },
        { id: 'pro', price_usd_per_month: 9, limits: { active_timers: 10_000, attempts: null } },
        { id: 'enterprise', price_usd_per_month: 99, limits: { active_timers: null, members: 1_000 } },
      ]);
      expect(data.map(({ features }) => features.includes('sso'))).toEqual([false, false, true]);
    });
  });

  describe('GET /v1/usage', () => {
    itByItself.each([
      ['free', 100],
      ['enterprise', null],
    ] as const)('tells what is used of the plan %s', async (plan, most) => {
      const { api: own } = await signIn('user');
      await putOnPlan(own, plan);
      const timers = [await own.create(), await own.create(), await own.create()];
      await own.command(timers[0]?.id ?? '', 'cancel');
      const usage = await own.get(Usage, '/v1/usage');
      const { data } = await own.get(PlanList, '/v1/plans');
      const ofPlan = data.find(({ id }) => id === plan);
      expect(usage).toMatchObject({
        plan,
        used: { active_timers: 2, members: 1 },
        limits: { active_timers: most, requests_per_minute: ofPlan?.limits.requests_per_minute },
        features: ofPlan?.features,
      });
      for (const { id } of timers.slice(1)) await own.command(id, 'cancel');
    });
  });
}

function countingActiveTimers(suite: Suite): void {
  const { server, hasFrontEnd, quotaRuns } = suite;
  const { signIn, putOnPlan } = peopleHelp(suite);
  // Another process may go by the plan before for ten seconds.
  const itByItself = hasFrontEnd ? it.skip : it;
  // So late that it is nothing to other tests, which move the clock.
  const timer = { name: 'crowd', duration: '500w' };
  const fill = async (api: ApiClient, count: number) => {
    const timers = Array.from({ length: count }, () => timer);
    const path = '/v1/timers/batch';
    const { results } = await api.read(OPERATIONS.createTimers.output, 200, 'POST', path, {
      body: { timers },
    });
    return results.flatMap((result) => ('timer' in result ? [result.timer.id] : []));
  };
  const refusal = (api: ApiClient) => api.refusal(422, 'POST', '/v1/timers', { body: timer });
  const full = {
    code: 'plan_limit_reached',
    retryable: false,
    plan: 'free',
    limit: 'active_timers',
    max_active_timers: 100,
    required_plan: 'pro',
  };

  describe('the active timers of a plan', () => {
    itByItself.each(Array.from({ length: quotaRuns }, (_, index) => index + 1))(
      'admit exactly one of 50 parallel requests at 99 of 100, run %i',
      async () => {
        const { api } = await signIn('crowd');
        await putOnPlan(api, 'free');
        expect(await fill(api, 99)).toHaveLength(99);
        const replies = await Promise.all(
          Array.from({ length: 50 }, () => api.call('POST', '/v1/timers', { body: timer })),
        );
        expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array(49).fill(422)]);
        const { data } = await api.get(OPERATIONS.listTimers.output, '/v1/timers?limit=200');
        expect(data).toHaveLength(100);
      },
    );

    itByItself('are as many as the plan has, until one ends, in batches and imports too', async () => {
      const { api } = await signIn('batch');
      await putOnPlan(api, 'free');
      const [first = '', second = '', ...others] = await fill(api, 120);
      expect(others).toHaveLength(98);
      expect(await refusal(api)).toMatchObject({ ...full, active_timers: 100 });
      const { data } = await api.get(OPERATIONS.exportTimers.output, '/v1/export?limit=200');
      await api.read(OPERATIONS.deleteTimer.output, 200, 'DELETE', `/v1/timers/${first}`);
      await api.command(second, 'cancel');
      await api.create(timer);
      await api.read(OPERATIONS.deleteTimer.output, 200, 'DELETE', `/v1/timers/${second}`);
      const moved = data.filter(({ id }) => id === first || id === second);
      const { results } = await api.read(OPERATIONS.importTimers.output, 200, 'POST', '/v1/import', {
        body: { data: moved },
      });
      expect(results.map(({ status }) => status).sort()).toEqual([201, 422]);
      const codes = results.flatMap((result) => ('error' in result ? [result.error.code] : []));
      expect(codes).toEqual(['plan_limit_reached']);
    });

    itByItself(
      'stay where a smaller plan has less room, and no more are made until there is some',
      async () => {
        const { api } = await signIn('smaller');
        await putOnPlan(api, 'enterprise');
        const [first = '', second = '', third = ''] = await fill(api, 102);
        await putOnPlan(api, 'free');
        expect(await refusal(api)).toMatchObject({ ...full, active_timers: 102 });
        for (const id of [first, second]) await api.command(id, 'cancel');
        expect(await refusal(api)).toMatchObject({ ...full, active_timers: 100 });
        expect((await api.timer(third)).status).toBe('running');
        await api.command(third, 'cancel');
        await api.create(timer);
        await refusal(api);
        await putOnPlan(api, 'pro');
        await api.create(timer);
      },
    );

    itByItself('have three attempts on the free plan, and more on others', async () => {
      const { api } = await signIn('attempts');
      await putOnPlan(api, 'free');
      expect((await api.create(timer)).retry).toMatchObject({ max_attempts: 3 });
      const body = { ...timer, retry: 'standard' };
      expect((await api.refusal(403, 'POST', '/v1/timers', { body })).code).toBe('plan_required');
      await putOnPlan(api, 'pro');
      expect((await api.create(body)).retry).toBe('standard');
    });

    itByItself('leave out an occurrence that there is no place for, and the schedule goes on', async () => {
      const { api } = await signIn('planned');
      await putOnPlan(api, 'free');
      const [first = ''] = await fill(api, 100);
      const body = { name: 'planned', every: '1h', template: {} };
      const { id } = await api.read(Schedule, 201, 'POST', '/v1/schedules', { body });
      await server().advance(HOUR);
      const { data } = await api.get(OPERATIONS.getScheduleLogs.output, `/v1/schedules/${id}/logs`);
      expect(data.at(-1)).toMatchObject({
        type: 'occurrence.skipped',
        message: 'The team has 100 active timers, and the plan free allows 100; pro allows 10000',
      });
      await api.command(first, 'cancel');
      await server().advance(HOUR);
      const counts = { fired: 1, skipped: 1 };
      expect(await api.get(Schedule, `/v1/schedules/${id}`)).toMatchObject({ status: 'active', counts });
      await api.read(Schedule, 200, 'DELETE', `/v1/schedules/${id}`);
    });
  });
}
