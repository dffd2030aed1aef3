import { describe, expect, it } from '@jest/globals';
import { fakeEngine } from '../../api/fake-engine.ts';
import type { Action } from '../../domain/action.ts';
import { MAX_UNDER_WAY, type Timer } from '../../domain/timer/state.ts';
import { onExpire } from '../../domain/timer/test-timer.ts';
import { StorageUnavailable, type TimerStore } from '../../ports/timer-store.ts';
import { sampleTimer } from '../../testing/sample-timer.ts';
import type { RequestContext } from '../deps.ts';
import { redeliverMany } from './redeliver-many.ts';

const ctx: RequestContext = {
  principal: {
    type: 'api-key',
    id: 'key_owner',
    teamId: 'team_a',
    scopes: new Set(),
    role: null,
    person: null,
  },
  commandId: 'incident',
};
const message: Action = { type: 'message', text: 'done', toAgent: null };

/** A failed timer with so many deliveries that have run out of attempts. */
function failed(count: number, underWay = 0): Timer {
  const timer = sampleTimer({ events: onExpire([message]) });
  const deliveries = Array.from({ length: count + underWay }, (_, index) => ({
    number: index + 1,
    trigger: 'expire' as const,
    share: null,
    action: message,
    status: index < count ? ('exhausted' as const) : ('pending' as const),
    attemptCount: 3,
    roundStart: 0,
    attempts: [],
    nextAttemptAt: index < count ? null : 0,
    lease: null,
  }));
  const { createdAt: at } = timer;
  const phase = { startedAt: at, fireAt: at, firedAt: at, driftMs: 0, settledAt: at };
  return { ...timer, status: 'failed', ...phase, deliveries };
}

function opened({ deliveries }: Timer): number {
  return deliveries.filter(({ status, roundStart }) => status === 'pending' && roundStart === 3).length;
}

describe('redeliverMany', () => {
  it('goes on after a crash in the middle, and opens no delivery of the same request twice', async () => {
    const engine = fakeEngine();
    await engine.timers.insert(Array.from({ length: 10 }, () => failed(2)));
    let updates = 0;
    const update: TimerStore['update'] = async (key, decide) => {
      if (++updates > 4) throw new StorageUnavailable('the process stopped');
      return engine.timers.update(key, decide);
    };
    const crashing = { ...engine, timers: { ...engine.timers, update } };
    const request = { limit: 1_000 };
    await expect(redeliverMany(crashing, ctx, request)).rejects.toThrow('the process stopped');
    const halfway = (await engine.timers.list('team_a', {}, 200)).timers;
    expect(halfway.map(opened).reduce((sum, count) => sum + count)).toBe(8);

    expect(await redeliverMany(engine, ctx, request)).toMatchObject({ reopened: 12, nextCursor: null });
    const { timers } = await engine.timers.list('team_a', {}, 200);
    expect(timers.map(opened)).toEqual(timers.map(() => 2));
    expect(timers.every(({ version }) => version === 2)).toBe(true);
    expect(await redeliverMany(engine, ctx, request)).toMatchObject({ reopened: 0 });
  });

  it('leaves alone what failed again after this very request had opened it', async () => {
    const engine = fakeEngine();
    await engine.timers.insert([{ ...failed(1), recentCommands: ['incident'] }]);
    expect(await redeliverMany(engine, ctx, { limit: 1_000 })).toMatchObject({ reopened: 0 });
  });

  it('says which it could not open and why', async () => {
    const engine = fakeEngine();
    await engine.timers.insert([failed(3, MAX_UNDER_WAY - 1)]);
    const { reopened, notReopened } = await redeliverMany(engine, ctx, { limit: 1_000 });
    expect(reopened).toBe(1);
    expect(notReopened).toMatchObject([
      { id: expect.stringMatching(/^dlv_2_/), code: 'invalid_state', detail: expect.stringContaining('100') },
      { id: expect.stringMatching(/^dlv_3_/), code: 'invalid_state' },
    ]);
  });
});
