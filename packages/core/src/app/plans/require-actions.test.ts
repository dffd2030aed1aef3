import { beforeEach, describe, expect, it } from '@jest/globals';
import { PLANS, type PlanId, Problem } from '@minoots/contract';
import type { Hono } from 'hono';
import { createApi } from '../../api/app.ts';
import { fakeEngine, KEY } from '../../api/fake-engine.ts';

const URL = 'https://a.example/hook';
const ADVANCED = { webhook: { url: URL, method: 'PUT' } };
const REFUSED = [
  ['a method', ADVANCED, 'advanced_webhooks'],
  ['headers', { webhook: { url: URL, headers: { 'x-a': 'b' } } }, 'advanced_webhooks'],
  ['a body', { webhook: { url: URL, body: { a: 1 } } }, 'advanced_webhooks'],
  ['a connector', { slack: 'hello' }, 'connectors'],
] as const;

describe('the actions of a plan', () => {
  let plan: PlanId;
  let api: Hono;
  beforeEach(() => {
    plan = 'free';
    const planOf = async () => ({ ...PLANS[plan], id: plan, setBy: 'admin' as const, since: 0, grace: null });
    api = createApi(fakeEngine({ plans: { of: planOf } }));
  });

  const post = async (path: string, body: object) =>
    api.request(path, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}` },
      body: JSON.stringify(body),
    });
  const timer = (actions: object, event = 'on_expire') => ({
    name: 'tea',
    duration: '1h',
    events: { [event]: actions },
  });

  it.each(REFUSED)('are not %s on the free plan, which is told what is', async (_, actions, feature) => {
    const response = await post('/v1/timers', timer(actions, 'on_cancel'));
    expect(response.status).toBe(403);
    expect(Problem.parse(await response.json())).toMatchObject({
      code: 'plan_required',
      errors: [{ pointer: '/events/on_cancel' }],
      plan: 'free',
      feature,
      required_plan: 'pro',
    });
    plan = 'pro';
    const allowed = await post('/v1/timers', timer(actions));
    // There is no secret for the connector in this engine.
    expect(allowed.status).toBe(feature === 'connectors' ? 422 : 201);
  });

  it('are a plain webhook on every plan', async () => {
    expect((await post('/v1/timers', timer({ webhook: URL }))).status).toBe(201);
    expect((await post('/v1/timers', timer({ webhook: { url: URL, method: 'POST' } }))).status).toBe(201);
  });

  it('hold for batches, for schedules, and for timers that timers would make', async () => {
    const batch = await post('/v1/timers/batch', { timers: [timer(ADVANCED), timer({ webhook: URL })] });
    expect(await batch.json()).toMatchObject({
      results: [{ error: { code: 'plan_required' } }, { timer: { name: 'tea' } }],
    });
    const template = { name: 'tick', events: { on_expire: ADVANCED } };
    const schedule = await post('/v1/schedules', { name: 'tick', every: '1h', template });
    expect([schedule.status, Problem.parse(await schedule.json()).errors?.[0]?.pointer]).toEqual([
      403,
      '/template/events/on_expire',
    ]);
    const made = await post('/v1/timers', timer({ timer: timer(ADVANCED) }));
    expect([made.status, Problem.parse(await made.json()).code]).toEqual([403, 'plan_required']);
  });
});
