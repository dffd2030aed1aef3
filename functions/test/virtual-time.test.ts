import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AlarmHandler, createRandom, type Deps, systemRealTime, wakeTimer } from '@minoots/core';
import {
  fakePerformers,
  memoryApiKeyStore,
  memoryBudgetStore,
  memoryContextStore,
  memoryEndpointStore,
  memoryInboxStore,
  memoryQuotaLedger,
  memoryRunnerStore,
  memoryScheduleStore,
  memorySecretStore,
  memoryShareStore,
  memoryTeamStore,
  onExpire,
  sampleTimer,
} from '@minoots/core/testing';
import { StoredClock } from '../src/clock/stored-clock.ts';
import { type AlarmBench, alarmIn, openAlarmBench } from './support/alarm-bench.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

describe('StoredClock', () => {
  let bench: AlarmBench;
  beforeEach(async () => {
    bench = await openAlarmBench();
  });
  afterEach(() => bench.close());

  it('starts at the present and stands still', async () => {
    const clock = new StoredClock(bench.firestore);
    const start = await clock.refresh();
    expect(Math.abs(start - Date.now())).toBeLessThan(60_000);
    expect(await clock.refresh()).toBe(start);
    expect(clock.now()).toBe(start);
  });

  it('is the same for all processes once they look', async () => {
    const [one, other] = [new StoredClock(bench.firestore), new StoredClock(bench.firestore)];
    const start = await one.refresh();
    expect(await other.refresh()).toBe(start);
    await one.set(start + HOUR_MS);
    expect(other.now()).toBe(start);
    await other.refresh();
    expect(other.now()).toBe(start + HOUR_MS);
  });
});

describe('VirtualTime', () => {
  let bench: AlarmBench;
  let wake: AlarmHandler;
  let start: number;
  let story: string[];

  beforeEach(async () => {
    story = [];
    bench = await openAlarmBench({ wake: (alarm) => wake(alarm) });
    start = bench.clock.now();
    wake = async (alarm) => {
      await tell(alarm.timerId);
      await bench.timers.update(alarm, () => ({ remove: true, result: null }));
    };
  });
  afterEach(() => bench.close());

  const tell = async (what: string) => void story.push(`${what} at ${bench.clock.now() - start}`);
  const add = async (id: string, inMs: number) => {
    const timer = sampleTimer(
      { id, when: { type: 'span', ms: inMs }, events: onExpire([webhook]) },
      bench.clock.now(),
    );
    await bench.timers.insert([timer]);
    return alarmIn(bench, inMs, id);
  };
  const arm = async (id: string, inMs: number) => bench.alarms.arm(await add(id, inMs));

  it('keeps what is due later where it is', async () => {
    await arm('later', 1);
    await bench.server.idle();
    expect(story).toEqual([]);
    expect(await bench.advance(0)).toBe(start);
    expect(story).toEqual([]);
  });

  it('stops at each instant until its handlers have answered', async () => {
    const quick = wake;
    wake = async (alarm) => {
      await tell(`begin ${alarm.timerId}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await quick(alarm);
    };
    await arm('second', 2 * SECOND_MS);
    await arm('first', SECOND_MS);
    expect(await bench.advance(5 * SECOND_MS)).toBe(start + 5 * SECOND_MS);
    expect(story).toEqual(['begin first at 1000', 'first at 1000', 'begin second at 2000', 'second at 2000']);
  });

  it('runs what a handler arms on the way', async () => {
    const last = wake;
    wake = async (alarm) => {
      await tell('first');
      wake = last;
      await bench.timers.update(alarm, () => ({ remove: true, result: null }));
      await arm('follower', 3 * SECOND_MS);
    };
    await arm('first', SECOND_MS);
    await bench.advance(10 * SECOND_MS);
    expect(story).toEqual(['first at 1000', 'follower at 4000']);
  });

  it('tries a failed task again at the next instant, however often it was tried', async () => {
    const succeed = wake;
    let failures = 3;
    wake = async (alarm) => {
      if (alarm.timerId === 'stubborn' && failures-- > 0) {
        await tell('failure');
        throw new Error('told to fail');
      }
      await succeed(alarm);
    };
    await arm('stubborn', SECOND_MS);
    await arm('other', 2 * SECOND_MS);
    await bench.advance(3 * SECOND_MS);
    expect(story.toSorted()).toEqual([
      'failure at 1000',
      'failure at 2000',
      'failure at 3000',
      'other at 2000',
    ]);
    await bench.advance(0);
    expect(story.at(-1)).toBe('stubborn at 3000');
  });

  it('sweeps for what has no task, and for a purged queue', async () => {
    await add('unarmed', SECOND_MS);
    await arm('purged', 2 * SECOND_MS);
    bench.server.purge();
    await bench.advance(5 * SECOND_MS);
    expect(story).toEqual(['unarmed at 1000', 'purged at 2000']);
  });

  it('goes on when there is no way to arm a timer', async () => {
    wake = async () => {};
    await arm('inert', SECOND_MS);
    expect(await bench.advance(2 * SECOND_MS)).toBe(start + 2 * SECOND_MS);
  });

  it('carries out calls at the same time one after another', async () => {
    await arm('only', 3 * SECOND_MS);
    const ends = await Promise.all([bench.advance(2 * SECOND_MS), bench.advance(2 * SECOND_MS)]);
    expect(ends).toEqual([start + 2 * SECOND_MS, start + 4 * SECOND_MS]);
    expect(story).toEqual(['only at 3000']);
  });

  it('refuses to go beyond the last instant', async () => {
    await expect(bench.advance(8.64e15)).rejects.toThrow('275760');
    expect(await bench.advance(1)).toBe(start + 1);
  });

  describe('with timers that deliver', () => {
    let performMs: number;
    beforeEach(() => {
      performMs = 0;
      wake = (alarm) =>
        wakeTimer(
          depsOf(bench, () => performMs),
          alarm,
        );
    });
    const outcomes = async (timerId: string) => {
      const timer = await bench.timers.get({ teamId: 'team_a', timerId });
      return timer?.deliveries.flatMap(({ attempts }) => attempts.map(({ outcome }) => outcome));
    };

    it('waits for a delivery before it moves on', async () => {
      performMs = 300;
      await arm('slow', SECOND_MS);
      await bench.advance(HOUR_MS);
      expect(await outcomes('slow')).toEqual(['succeeded']);
    });

    it('does not run away under a delivery that was dispatched by itself', async () => {
      performMs = 300;
      await arm('now', 0);
      await bench.advance(HOUR_MS);
      expect(await outcomes('now')).toEqual(['succeeded']);
    });

    it('does not run away under a delivery whose task it does not know', async () => {
      performMs = 800;
      const alarm = await add('twice', 0);
      wake = async () => {};
      await bench.alarms.arm(alarm);
      await bench.server.idle();
      wake = (again) =>
        wakeTimer(
          depsOf(bench, () => performMs),
          again,
        );
      // The name is used up, so this one gets another.
      await bench.alarms.arm(alarm);
      await bench.advance(HOUR_MS);
      expect(await outcomes('twice')).toEqual(['succeeded']);
    });

    it('takes an attempt up again whose process died, when its lease ends', async () => {
      wake = async (alarm) => {
        wake = (again) =>
          wakeTimer(
            depsOf(bench, () => 0),
            again,
          );
        await wakeTimer(
          depsOf(bench, () => 0, { isDying: true }),
          alarm,
        );
      };
      await arm('survivor', SECOND_MS);
      await bench.advance(HOUR_MS);
      expect(await outcomes('survivor')).toEqual(['interrupted', 'succeeded']);
    });
  });
});

const webhook = {
  type: 'webhook',
  url: 'http://127.0.0.1:9/',
  method: 'POST',
  headers: {},
  body: null,
  timeoutMs: SECOND_MS,
} as const;

/** What waking needs of an engine. A process that dies leaves its attempts unrecorded. */
function depsOf(bench: AlarmBench, performMs: () => number, { isDying = false } = {}): Deps {
  const { timers, alarms, clock, logger } = bench;
  let updates = 0;
  const performers = fakePerformers({
    webhook: {
      async perform() {
        await new Promise((resolve) => setTimeout(resolve, performMs()));
        return {
          at: clock.now(),
          durationMs: performMs(),
          outcome: 'succeeded',
          responseStatus: 200,
          responseBody: null,
          error: null,
          retryAfterMs: null,
        };
      },
    },
  });
  return {
    timers: {
      insert: (...added) => timers.insert(...added),
      get: (key) => timers.get(key),
      list: (teamId, filter, limit, after) => timers.list(teamId, filter, limit, after),
      countActive: (teamId) => timers.countActive(teamId),
      listDue: (range) => timers.listDue(range),
      listJobs: (teamId, range) => timers.listJobs(teamId, range),
      listDependents: (parent, range) => timers.listDependents(parent, range),
      listChildren: (parent, range) => timers.listChildren(parent, range),
      listPostponed: (endpoint, range) => timers.listPostponed(endpoint, range),
      removeSettled: (teamId, filter) => timers.removeSettled(teamId, filter),
      update: (key, decide) =>
        isDying && ++updates > 1 ? Promise.reject(new Error('the process died')) : timers.update(key, decide),
    },
    context: memoryContextStore(),
    budgets: memoryBudgetStore(),
    quotas: memoryQuotaLedger(timers),
    namedSecrets: memorySecretStore(),
    apiKeys: memoryApiKeyStore(),
    ...memoryTeamStore(),
    eraser: { eraseSome: async () => 0 },
    accounts: null,
    local: null,
    startPlan: 'free',
    hasSignOn: true,
    enterpriseHistoryMs: 0,
    textRecords: { lookUp: async () => [] },
    inbox: memoryInboxStore(),
    schedules: memoryScheduleStore(),
    shares: memoryShareStore(),
    runners: memoryRunnerStore(),
    endpoints: memoryEndpointStore(),
    alarms,
    clock,
    logger,
    performers,
    events: { publish: async () => {}, subscribe: () => Promise.reject(new Error('nobody listens')) },
    guard: { refusal: async () => null },
    random: createRandom(),
    realTime: systemRealTime,
    receipt: { durable: true, engine: 'firebase', survives: [], expected_precision_ms: 1_000 },
  };
}
