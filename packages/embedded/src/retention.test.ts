import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { StorageUnavailable, type TeamPlan, type Timer } from '@minoots/core';
import { sampleTimer, silentLogger, until } from '@minoots/core/testing';
import { type OpenStore, openStore } from '../test/support/open-store.ts';
import { Retention, type RetentionDeps } from './retention.ts';
import { EndedTimers } from './sqlite/ended-timers.ts';
import { SqliteTimerStore } from './sqlite/timer-store.ts';

const NOW = Date.UTC(2030, 0, 1);
const DAY_MS = 86_400_000;
const HISTORY_MS = 90 * DAY_MS;
const HOUR_MS = 3_600_000;

describe('the retention of timers (complaint 12)', () => {
  let opened: OpenStore<SqliteTimerStore>;
  let ended: EndedTimers;
  let retention: Retention | undefined;
  let now: number;
  beforeEach(async () => {
    now = NOW;
    opened = await openStore((database) => new SqliteTimerStore(database));
    ended = new EndedTimers(opened.database);
  });
  afterEach(async () => {
    await retention?.stop();
    retention = undefined;
    await opened.close();
  });

  const start = (fields: Partial<RetentionDeps> = {}) => {
    const clock = { now: () => now };
    retention = new Retention({
      timers: ended,
      plans: { of: async (teamId) => (teamId === 'team_a' ? planKeeping(HISTORY_MS) : planKeeping(DAY_MS)) },
      clock,
      logger: silentLogger,
      ...fields,
    });
    retention.start();
  };
  const teams = () => ended.teams();
  const left = async () => (await opened.store.list('team_a', {}, 10_000)).timers.map(({ id }) => id).sort();
  const leaves = (...ids: string[]) =>
    until('ended timers to go', async () => (String(await left()) === String(ids.sort()) ? true : null));

  it('removes those that ended longer ago than it keeps them, by their end and not by their birth', async () => {
    await opened.store.insert([
      cancelled('old', NOW - HISTORY_MS - 1),
      cancelled('young', NOW - HISTORY_MS),
      { ...cancelled('born long ago', NOW), createdAt: NOW - 10 * HISTORY_MS },
      sampleTimer({ id: 'pending since long ago' }, NOW - 10 * HISTORY_MS),
    ]);
    start();
    await leaves('born long ago', 'pending since long ago', 'young');
  });

  it('goes by the plan of each team, and to the next where it has none left', async () => {
    const old = (teamId: string) => ({ ...cancelled(`of ${teamId}`, NOW - 2 * DAY_MS), teamId });
    await opened.store.insert(['team_', 'team_a', 'team_b', 'team_c'].map(old));
    expect([...ended.teams()]).toEqual(['team_', 'team_a', 'team_b', 'team_c']);
    start();
    await until('the last to go', async () => ([...ended.teams()].length === 1 ? true : null));
    expect([...ended.teams()]).toEqual(['team_a']);
  });

  it('keeps one that has something to deliver, and one that others still wait for', async () => {
    const dependsOn = (parentId: string) => ({
      parents: [
        { id: parentId, outcome: 'fired' as const },
        { id: 'still to fire', outcome: null },
      ],
      when: 'fired' as const,
      onFailure: 'cancel' as const,
      uncheckedSince: null,
    });
    const over = NOW - HISTORY_MS - DAY_MS;
    const waiting = sampleTimer({ id: 'waiting', dependencies: dependsOn('awaited') }, NOW);
    expect(waiting.status).toBe('waiting');
    await opened.store.insert([
      waiting,
      { ...cancelled('ended', NOW), dependencies: dependsOn('awaited no more') },
      cancelled('awaited', over),
      cancelled('awaited no more', over),
      withRetry(cancelled('delivering', over), NOW + HOUR_MS),
      queued(cancelled('waiting for a runner', over)),
      cancelled('of no use', over),
    ]);
    start();
    await leaves('awaited', 'delivering', 'ended', 'waiting', 'waiting for a runner');
  });

  it('goes through thousands in small steps, which let others write in between', async () => {
    const ids = Array.from({ length: 2_600 }, (_, index) => `t${index}`);
    await opened.store.insert(ids.map((id, index) => cancelled(id, NOW - HISTORY_MS - 1 - (index % 7))));
    const steps: number[] = [];
    const removeSome = async (...asked: Parameters<EndedTimers['removeSome']>) => {
      const step = await ended.removeSome(...asked);
      steps.push(step.removed);
      return step;
    };
    start({ timers: { teams, removeSome } });
    await until('the first step', () => (steps.length > 0 ? true : null));
    await opened.store.insert([sampleTimer({ id: 'new' }, NOW)]);
    expect(steps.length).toBeLessThan(6);
    await leaves('new');
    expect(steps).toEqual([500, 500, 500, 500, 500, 100]);
  });

  it('comes again each hour, also after it failed', async () => {
    await opened.store.insert([cancelled('ended', NOW)]);
    jest.useFakeTimers({ now: NOW });
    try {
      const asked: number[] = [];
      const removeSome = async (_: string, before: number) => {
        asked.push(before);
        if (asked.length === 1) throw new StorageUnavailable('told to fail');
        return { removed: 0, next: null };
      };
      start({ timers: { teams, removeSome } });
      await jest.advanceTimersByTimeAsync(0);
      now += HOUR_MS;
      await jest.advanceTimersByTimeAsync(HOUR_MS);
      expect(asked).toEqual([NOW - HISTORY_MS, NOW + HOUR_MS - HISTORY_MS]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('stops between two steps when it is told to', async () => {
    await opened.store.insert([cancelled('ended', NOW)]);
    let steps = 0;
    const removeSome = async () => ({ removed: 500, next: String(++steps) });
    start({ timers: { teams, removeSome } });
    await until('a step', () => (steps > 1 ? true : null));
    await retention?.stop();
    const done = steps;
    await new Promise((resolve) => setImmediate(resolve));
    expect(steps).toBe(done);
  });
});

function planKeeping(historyMs: number): TeamPlan {
  return { id: 'pro', setBy: 'default', since: 0, historyMs, grace: null };
}

function cancelled(id: string, at: number): Timer {
  const phase = { status: 'cancelled', startedAt: at - 1, fireAt: null, settledAt: at } as const;
  return { ...sampleTimer({ id }, at - 1), ...phase };
}

function withRetry(timer: Timer, at: number): Timer {
  const action = { type: 'message', text: 'hello', toAgent: null } as const;
  const delivery = {
    number: 1,
    trigger: 'cancel',
    share: null,
    action,
    status: 'pending',
    lease: null,
  } as const;
  return {
    ...timer,
    deliveries: [{ ...delivery, attemptCount: 1, roundStart: 0, attempts: [], nextAttemptAt: at }],
  };
}

function queued(timer: Timer): Timer {
  const action = { type: 'file_write' as const, file: 'a', content: '', append: false, runsOn: [] };
  const origin = { number: 1, trigger: 'cancel', share: null, action, lease: null } as const;
  const state = { status: 'queued', nextAttemptAt: null, queuedAt: timer.updatedAt } as const;
  return { ...timer, deliveries: [{ ...origin, ...state, attemptCount: 0, roundStart: 0, attempts: [] }] };
}
