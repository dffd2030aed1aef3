import { beforeEach, describe, expect, it } from '@jest/globals';
import { PLANS, type PlanId, Schedule, Timer } from '@minoots/contract';
import type { Hono } from 'hono';
import type { AttemptContext } from '../../actions/performer.ts';
import { type ApiDeps, createApi } from '../../api/app.ts';
import { fakeEngine, KEY } from '../../api/fake-engine.ts';
import type { RetryPolicy } from '../../domain/retry.ts';
import { sampleTimer } from '../../testing/sample-timer.ts';
import { toPortable } from '../../wire/portable.ts';
import { toWireRetry } from '../../wire/portable-events.ts';
import { spawnTimer } from '../timers/spawn.ts';

describe('the attempts of a plan', () => {
  const three = { max_attempts: 3, initial: 30_000, factor: 10, max: 86_400_000 };
  const timer = { name: 'tea', duration: '1h' };
  let plan: PlanId;
  let deps: ApiDeps;
  let api: Hono;
  beforeEach(() => {
    plan = 'free';
    const planOf = async () => ({ ...PLANS[plan], id: plan, setBy: 'admin' as const, since: 0, grace: null });
    deps = fakeEngine({ plans: { of: planOf } });
    api = createApi(deps);
  });
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
    const response = await api.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: response.status, body: await response.json() };
  };
  const retryOf = async (fields: object = {}) =>
    Timer.parse((await post('/v1/timers', { ...timer, ...fields })).body).retry;

  it('are three on the free plan unless told otherwise, and show on the timer', async () => {
    expect(await retryOf()).toEqual(three);
    expect(await retryOf({ retry: { max_attempts: 2 } })).toMatchObject({ max_attempts: 2 });
    plan = 'pro';
    expect(await retryOf()).toBe('standard');
    expect(await retryOf({ retry: 'quick' })).toBe('quick');
  });

  it.each(['standard', 'quick', { max_attempts: 4 }] as const)(
    'are not %j on the free plan',
    async (retry) => {
      const { status, body } = await post('/v1/timers', { ...timer, retry });
      expect([status, body]).toMatchObject([
        403,
        {
          code: 'plan_required',
          errors: [{ pointer: '/retry' }],
          plan: 'free',
          feature: 'advanced_webhooks',
          required_plan: 'pro',
        },
      ]);
    },
  );

  it('hold for batches, schedules, previews, imports, and timers that timers would make', async () => {
    const many = { ...timer, retry: 'standard' };
    const { body: batch } = await post('/v1/timers/batch', { timers: [many, timer] });
    expect(batch).toMatchObject({
      results: [{ error: { code: 'plan_required' } }, { timer: { retry: three } }],
    });
    const template = { retry: 'standard' };
    const { body: schedule } = await post('/v1/schedules', { name: 'tick', every: '1h', template });
    expect(schedule).toMatchObject({ errors: [{ pointer: '/template/retry' }] });
    const { body: preview } = await post('/v1/timers/preview', many);
    expect(preview).toMatchObject({ refusals: [{ code: 'plan_required', pointer: '/retry' }] });
    const events = { on_expire: { timer: many } };
    const { body: made } = await post('/v1/timers', { ...timer, events });
    expect(made).toMatchObject({ errors: [{ pointer: '/events/on_expire/timer/retry' }] });

    const item = (retry: RetryPolicy) => ({ ...toPortable(sampleTimer({ retry })), id: `tmr_${retry.type}` });
    const data = [item({ type: 'standard' }), item({ type: 'quick' })];
    for (const imported of [1, 0]) {
      const { body: result } = await post('/v1/import', { data });
      const refused = { error: { code: 'plan_required' } };
      expect(result).toMatchObject({ imported, results: [{}, refused] });
    }
    const stored = await deps.timers.get({ teamId: 'team', timerId: 'tmr_standard' });
    // What it began with elsewhere is what nobody asked for.
    expect(stored?.retry).toMatchObject({ maxAttempts: 3 });
  });

  it('go by the plan of the day where schedules and actions make timers', async () => {
    const plain = { name: 'tick', every: '1h', template: {} };
    const { id } = Schedule.parse((await post('/v1/schedules', plain)).body);
    const child = { name: 'child', duration: '1h' };
    const parent = sampleTimer({ teamId: 'team' });
    await deps.timers.insert([parent]);
    const made = async (run: number) => {
      const occurrence = Timer.parse((await post(`/v1/schedules/${id}/run`, {})).body);
      const delivery = { number: run } as AttemptContext['delivery'];
      const spawned = await spawnTimer(deps, { timer: parent, delivery }, child);
      const timerId = 'timerId' in spawned ? spawned.timerId : '';
      const stored = await deps.timers.get({ teamId: 'team', timerId });
      return [occurrence.retry, stored && toWireRetry(stored.retry)];
    };
    expect(await made(1)).toEqual([three, three]);
    plan = 'pro';
    expect(await made(2)).toEqual(['standard', 'standard']);
  });
});
