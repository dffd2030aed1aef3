import { describe, expect, it } from '@jest/globals';
import { fakeEngine, NOW } from '../../api/fake-engine.ts';
import { agentCounter } from '../../domain/quota.ts';
import type { NewTimer } from '../../domain/timer/create.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { samplePrincipal } from '../../testing/sample-principal.ts';
import { sampleTimer } from '../../testing/sample-timer.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { createTimer } from '../timers/create.ts';
import { fireTimer } from '../timers/fire.ts';
import { wakeTimer } from '../timers/wake.ts';
import { deleteBudget } from './delete.ts';
import { getBudget } from './get.ts';
import { setBudget } from './set.ts';
import { tendCounters } from './tend.ts';

const TEAM = 'team_a';
const ctx: RequestContext = {
  principal: samplePrincipal(TEAM),
};
const KEY = { teamId: TEAM, counter: agentCounter('bot') };
const HOUR_MS = 3_600_000;

const create = (deps: Deps) => createTimer(deps, ctx, { name: 'x', duration: '1h', agent_id: 'bot' });

/** Stores a timer of an agent that is due. */
async function due(deps: Deps, fields: Partial<NewTimer> = {}): Promise<Timer> {
  const when = { type: 'instant', at: NOW } as const;
  const timer = sampleTimer({ agentId: 'bot', when, ...fields }, NOW - 60_000);
  await deps.timers.insert([timer]);
  return timer;
}
const wake = (deps: Deps, { id: timerId }: Timer) =>
  wakeTimer(deps, { teamId: TEAM, timerId, at: NOW, generation: 1 });
const read = async (deps: Deps, { id: timerId }: Timer) => deps.timers.get({ teamId: TEAM, timerId });
const fires = async (deps: Deps) => (await getBudget(deps, ctx, 'bot')).used?.firesThisHour;

describe('setBudget', () => {
  it.each([
    { agentId: 'bot', first: 3 },
    { agentId: '*', first: 5 },
  ])(
    'counts the timers of $agentId, and shares out what is left, before it holds',
    async ({ agentId, first }) => {
      const deps = fakeEngine();
      for (let n = 0; n < 5; n++) await create(deps);
      const counted: (string | number)[] = [];
      const put: Deps['budgets']['put'] = async (...given) => {
        counted.push('the budget holds', await deps.quotas.used(KEY));
        return deps.budgets.put(...given);
      };
      const reconcile: Deps['quotas']['reconcile'] = async (...given) => {
        counted.push('recounted', await deps.quotas.used(KEY));
        return deps.quotas.reconcile(...given);
      };
      const watched = {
        ...deps,
        budgets: { ...deps.budgets, put },
        quotas: { ...deps.quotas, reconcile },
      };
      await setBudget(watched, ctx, agentId, { max_active_timers: 3 });
      // As many as there is room for: none is admitted while the rest is being counted, nor by room from an earlier budget.
      expect(counted.slice(0, 4)).toEqual(['recounted', first, 'the budget holds', first]);
      expect(await deps.quotas.used(KEY)).toBe(5);
      await expect(create(deps)).rejects.toMatchObject({ code: 'agent_over_budget' });
    },
  );

  it('changes nothing when the team has as many budgets as it can have', async () => {
    const deps = fakeEngine();
    const budgets = { ...deps.budgets, put: async () => 'too-many' as const };
    await expect(setBudget({ ...deps, budgets }, ctx, 'bot', { max_active_timers: 3 })).rejects.toMatchObject(
      {
        code: 'budgets_full',
      },
    );
    await create(deps);
  });
});

describe('deleteBudget', () => {
  it('counts the timers of an agent whose own budget had no limit of them before that of * holds', async () => {
    const deps = fakeEngine();
    await setBudget(deps, ctx, '*', { max_active_timers: 3 });
    await setBudget(deps, ctx, 'bot', { max_fires_per_hour: 9 });
    for (let n = 0; n < 5; n++) await create(deps);
    expect(await deps.quotas.used(KEY)).toBe(0);
    const counted: number[] = [];
    const remove: Deps['budgets']['delete'] = async (...given) => {
      counted.push(await deps.quotas.used(KEY));
      return deps.budgets.delete(...given);
    };
    await deleteBudget({ ...deps, budgets: { ...deps.budgets, delete: remove } }, ctx, 'bot');
    expect(counted).toEqual([3]);
    expect(await deps.quotas.used(KEY)).toBe(5);
    await expect(create(deps)).rejects.toMatchObject({ code: 'agent_over_budget' });
  });
});

describe('a timer that was made by a process that had not heard of the budget', () => {
  it('counts once the counter has been looked at again', async () => {
    let now = NOW;
    const deps = fakeEngine({ clock: { now: () => now } });
    await setBudget(deps, ctx, 'bot', { max_active_timers: 1 });
    const ignorant = { ...deps, budgets: { ...deps.budgets, inForce: async () => null } };
    await create(ignorant);
    expect((await getBudget(deps, ctx, 'bot')).used?.activeTimers).toBe(0);
    expect(await tendCounters(deps)).toMatchObject({ checked: 0 });
    now += 60_000;
    expect(await tendCounters(deps)).toMatchObject({ checked: 1, failed: 0 });
    expect((await getBudget(deps, ctx, 'bot')).used?.activeTimers).toBe(1);
    await expect(create(deps)).rejects.toMatchObject({ code: 'agent_over_budget' });
  });

  it('counts by the budget of * too, whoever its agent is', async () => {
    let now = NOW;
    const deps = fakeEngine({ clock: { now: () => now } });
    await setBudget(deps, ctx, '*', { max_active_timers: 1 });
    await create({ ...deps, budgets: { ...deps.budgets, inForce: async () => null } });
    now += 60_000;
    await tendCounters(deps);
    await expect(create(deps)).rejects.toMatchObject({ code: 'agent_over_budget' });
  });
});

describe('tendCounters', () => {
  it('goes on after a counter that cannot be looked at, and leaves it to the next time', async () => {
    const deps = fakeEngine();
    await setBudget(deps, ctx, 'bot', { max_active_timers: 1 });
    await setBudget(deps, ctx, 'other', { max_active_timers: 1 });
    const quotas: Deps['quotas'] = {
      ...deps.quotas,
      reconcile: (key, how) =>
        key.counter === KEY.counter ? Promise.reject(new Error('busy')) : deps.quotas.reconcile(key, how),
    };
    expect(await tendCounters({ ...deps, quotas }, true)).toEqual({ checked: 1, repaired: 0, failed: 1 });
    expect(await tendCounters(deps, true)).toMatchObject({ checked: 1, failed: 0 });
  });
});

describe('a limit of fires', () => {
  it('wastes a fire, and lets none too many through, when the process dies between taking it and firing', async () => {
    const deps = fakeEngine();
    await setBudget(deps, ctx, 'bot', { max_fires_per_hour: 2 });
    const [first, second] = [await due(deps), await due(deps)];
    let updates = 0;
    const timers: Deps['timers'] = {
      ...deps.timers,
      update: (key, decide) =>
        ++updates === 2 ? Promise.reject(new Error('died')) : deps.timers.update(key, decide),
    };
    const dying = { ...deps, timers };
    await expect(wake(dying, first)).rejects.toThrow('died');
    expect(await fires(deps)).toBe(1);
    await wake(deps, first);
    await wake(deps, second);
    expect(await fires(deps)).toBe(2);
    expect((await read(deps, first))?.status).toBe('expired');
    expect(await read(deps, second)).toMatchObject({ status: 'running', throttledUntil: NOW + HOUR_MS });
  });

  it('takes nothing for an alarm that comes again', async () => {
    const deps = fakeEngine();
    await setBudget(deps, ctx, 'bot', { max_fires_per_hour: 2 });
    const timer = await due(deps);
    await wake(deps, timer);
    await wake(deps, timer);
    expect(await fires(deps)).toBe(1);
  });

  it('asks for nothing where it is known that the agent has none', async () => {
    const deps = fakeEngine();
    let updates = 0;
    const timers: Deps['timers'] = {
      ...deps.timers,
      update: (key, decide) => {
        updates++;
        return deps.timers.update(key, decide);
      },
    };
    const timer = await due(deps);
    await wake({ ...deps, timers }, timer);
    expect((await read(deps, timer))?.status).toBe('expired');
    expect(updates).toBe(1);
  });

  it('is asked for once more where the budget is not in mind', async () => {
    const deps = fakeEngine();
    await setBudget(deps, ctx, 'bot', { max_fires_per_hour: 1 });
    const forgetful = { ...deps, budgets: { ...deps.budgets, peek: () => undefined } };
    const [first, second, third] = [await due(deps), await due(deps), await due(deps)];
    await wake(forgetful, first);
    await wake(forgetful, second);
    expect((await read(deps, second))?.status).toBe('running');
    await expect(fireTimer(forgetful, ctx, third.id)).rejects.toMatchObject({
      code: 'agent_throttled',
      retryAfterS: HOUR_MS / 1_000,
    });
    await deleteBudget(deps, ctx, 'bot');
    await fireTimer(forgetful, ctx, third.id);
  });

  it('keeps no escalation from happening, and no limit of active timers does', async () => {
    const deps = fakeEngine();
    await setBudget(deps, ctx, 'bot', { max_active_timers: 0, max_fires_per_hour: 1 });
    const [first, escalation] = [await due(deps), await due(deps, { escalates: 'msg_1' })];
    await wake(deps, first);
    await wake(deps, escalation);
    expect((await read(deps, escalation))?.status).toBe('expired');
    expect(await fires(deps)).toBe(1);
  });
});
