import { beforeEach, describe, expect, it } from '@jest/globals';
import { PLANS, type PlanId } from '@minoots/contract';
import type { AttemptContext } from '../../actions/performer.ts';
import type { ApiDeps } from '../../api/app.ts';
import { fakeEngine, NOW } from '../../api/fake-engine.ts';
import { TEAM_COUNTER } from '../../domain/quota.ts';
import { samplePrincipal } from '../../testing/sample-principal.ts';
import { sampleTeam } from '../../testing/sample-team.ts';
import { sampleTimer } from '../../testing/sample-timer.ts';
import { setPlan } from '../billing/set-plan.ts';
import { setBudget } from '../budgets/set.ts';
import { tendCounters } from '../budgets/tend.ts';
import type { RequestContext } from '../deps.ts';
import { sendMessage } from '../messages/send.ts';
import { createSchedule } from '../schedules/create.ts';
import { runSchedule } from '../schedules/run.ts';
import { createTimer } from '../timers/create.ts';
import { createTimers } from '../timers/create-batch.ts';
import { previewTimer } from '../timers/preview.ts';
import { spawnTimer } from '../timers/spawn.ts';
import { wakeTimer } from '../timers/wake.ts';

const TEAM = 'team_a';
const KEY = { teamId: TEAM, counter: TEAM_COUNTER };
const ctx: RequestContext = {
  principal: samplePrincipal(TEAM),
};
const timer = { name: 'tea', duration: '1h' } as const;
const FULL = {
  code: 'plan_limit_reached',
  members: {
    plan: 'free',
    limit: 'active_timers',
    active_timers: 100,
    max_active_timers: 100,
    required_plan: 'pro',
  },
};

describe('the active timers of a plan', () => {
  let deps: ApiDeps;
  let now: number;
  const start = async (plan: PlanId) => {
    now = NOW;
    deps = fakeEngine({ clock: { now: () => now } });
    const { historyMs } = PLANS[plan];
    await deps.teams.insert(sampleTeam({ id: TEAM, plan: { id: plan, historyMs } }), []);
  };
  const used = () => deps.quotas.used(KEY);
  const fill = async (count: number) => {
    const items = Array.from({ length: count }, () => timer);
    return (await createTimers(deps, ctx, items)).filter(({ ok }) => ok).length;
  };
  const create = () => createTimer(deps, ctx, timer);
  const listed = async () => (await deps.timers.list(TEAM, {}, 1_000)).timers;
  const remove = async (count: number) => {
    const plain = (await listed()).filter(({ scheduleId }) => scheduleId === null);
    for (const { id: timerId } of plain.slice(0, count))
      await deps.timers.update({ teamId: TEAM, timerId }, () => ({ remove: true, result: null }));
  };

  beforeEach(() => start('free'));

  it('are as many as it has, and one more is refused with the plan that allows it', async () => {
    expect(await fill(120)).toBe(100);
    await expect(create()).rejects.toMatchObject(FULL);
    expect(await listed()).toHaveLength(100);
    await remove(1);
    await create();
    await expect(create()).rejects.toMatchObject(FULL);
  });

  it('are not counted where there is no limit', async () => {
    await start('enterprise');
    const { timer: made } = await create();
    expect(made).not.toHaveProperty('countsAgainst');
    expect(await used()).toBe(0);
  });

  it('are counted beside those of an agent, whose budget refuses what is too much for it', async () => {
    await setBudget(deps, ctx, 'bot', { max_active_timers: 1 });
    const own = { ...timer, agent_id: 'bot' };
    await createTimer(deps, ctx, own);
    await expect(createTimer(deps, ctx, own)).rejects.toMatchObject({ code: 'agent_over_budget' });
    expect(await used()).toBe(1);
    await fill(99);
    await setBudget(deps, ctx, 'bot', { max_active_timers: 5 });
    await expect(createTimer(deps, ctx, own)).rejects.toMatchObject(FULL);
  });

  it('are found again by a repeat, which takes no second place', async () => {
    await fill(99);
    const repeat = { ...ctx, commandId: 'once' };
    const first = await createTimer(deps, repeat, timer);
    expect(first.created).toBe(true);
    expect(await createTimer(deps, repeat, timer)).toMatchObject({ created: false });
    expect(await used()).toBe(100);
  });

  it('are foreseen by a preview', async () => {
    await fill(100);
    const { refusals } = await previewTimer(deps, ctx, timer);
    expect(refusals).toMatchObject([{ code: 'plan_limit_reached', pointer: null }]);
  });

  it('are those, too, that timers make and that wait for an acknowledgement', async () => {
    const parent = sampleTimer({ teamId: TEAM });
    await deps.timers.insert([parent]);
    await fill(100);
    const delivery = { number: 1 } as AttemptContext['delivery'];
    const outcome = await spawnTimer(deps, { timer: parent, delivery }, timer);
    expect(outcome).toMatchObject({
      refused: expect.stringContaining('plan_limit_reached: The team has 100'),
    });
    const message = { text: 'anybody?', ack_within: '5m', escalate_to: { message: 'nobody' } };
    await expect(sendMessage(deps, ctx, null, message)).rejects.toMatchObject(FULL);
  });

  describe('beyond the limit, of a schedule', () => {
    /** A schedule whose pending occurrence there is no room for, and its alarm in an hour. */
    const planned = async () => {
      await fill(100);
      const template = { events: { on_expire: { message: 'tick' } } };
      const { schedule } = await createSchedule(deps, ctx, { name: 'plan', every: '1h', template });
      const key = { teamId: TEAM, timerId: schedule.next?.timerId ?? '' };
      expect(await deps.timers.get(key)).toMatchObject({ status: 'running', awaitsPlace: true });
      return { id: schedule.id, key, alarm: { ...key, at: now + 3_600_000, generation: 1 } };
    };

    it('are skipped with the reason when they come due', async () => {
      const { id, key, alarm } = await planned();
      await expect(runSchedule(deps, ctx, id)).rejects.toMatchObject(FULL);
      now = alarm.at;
      await wakeTimer(deps, alarm);
      const skipped = await deps.timers.get(key);
      expect(skipped?.status).toBe('skipped');
      expect(skipped?.log.at(-1)?.message).toContain('the plan free allows 100; pro allows 10000');
    });

    it('take a place when they come due, if there is one by then', async () => {
      const { key, alarm } = await planned();
      await remove(1);
      now = alarm.at;
      await wakeTimer(deps, alarm);
      expect(await deps.timers.get(key)).toMatchObject({ status: 'firing', countsAgainst: [TEAM_COUNTER] });
    });

    it('take none where the plan has no limit by then', async () => {
      const { key, alarm } = await planned();
      await setPlan(deps, ctx, TEAM, 'enterprise');
      now = alarm.at;
      await wakeTimer(deps, alarm);
      const fired = await deps.timers.get(key);
      expect(fired?.status).toBe('firing');
      expect(fired).not.toHaveProperty('countsAgainst');
    });
  });

  describe('after a change of plan', () => {
    it('are counted before the smaller plan holds; what is there stays, and no more is made until below', async () => {
      await start('enterprise');
      await fill(150);
      const counted: (string | number)[] = [];
      const update: ApiDeps['teams']['update'] = async (...given) => {
        counted.push('the plan holds', await used());
        return deps.teams.update(...given);
      };
      const reconcile: ApiDeps['quotas']['reconcile'] = async (...given) => {
        counted.push('recounted', await used());
        return deps.quotas.reconcile(...given);
      };
      const watched = {
        ...deps,
        teams: { ...deps.teams, update },
        quotas: { ...deps.quotas, reconcile },
      };
      await setPlan(watched, ctx, TEAM, 'free');
      expect(counted).toEqual([
        ...['recounted', 0, 'recounted', 100],
        ...['the plan holds', 100],
        ...['recounted', 150],
      ]);
      expect(await used()).toBe(150);
      await expect(create()).rejects.toMatchObject({ members: { active_timers: 150, plan: 'free' } });
      expect((await listed()).filter(({ status }) => status === 'running')).toHaveLength(150);
      await remove(51);
      await create();
      await expect(create()).rejects.toMatchObject(FULL);
    });

    it('have the room of a larger plan at once, and none is counted on one without a limit', async () => {
      await fill(100);
      await setPlan(deps, ctx, TEAM, 'pro');
      expect(await fill(10)).toBe(10);
      await setPlan(deps, ctx, TEAM, 'enterprise');
      await create();
      expect(await used()).toBe(110);
    });

    it('are counted by the sweep where another process had not heard of it', async () => {
      await start('enterprise');
      const stale = { ...deps, plans: { of: () => Promise.resolve(plan) } };
      const plan = await deps.plans.of(TEAM);
      await setPlan(deps, ctx, TEAM, 'free');
      await createTimer(stale, ctx, timer);
      expect(await used()).toBe(0);
      now += 60_000;
      expect(await tendCounters(deps)).toMatchObject({ failed: 0 });
      expect(await used()).toBe(1);
    });

    it('are counted by the sweep where the change stopped half-way', async () => {
      await start('enterprise');
      await fill(3);
      const reconcile: ApiDeps['quotas']['reconcile'] = async (key, given) => {
        if (given.limit !== undefined) throw new Error('stopped');
        return deps.quotas.reconcile(key, given);
      };
      const timers = { ...deps.timers, list: async () => ({ timers: [], next: null }) };
      const halfway = { ...deps, timers, quotas: { ...deps.quotas, reconcile } };
      await expect(setPlan(halfway, ctx, TEAM, 'free')).rejects.toThrow('stopped');
      now += 60_000;
      await tendCounters(deps);
      expect(await used()).toBe(3);
    });
  });
});
