import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type ActionRegistry,
  createRandom,
  type Deps,
  StorageUnavailable,
  type TimerStore,
  wakeTimer,
} from '@minoots/core';
import {
  fakePerformers,
  fakeRealTime,
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
  silentLogger,
} from '@minoots/core/testing';

import { AlarmLoop } from '../src/alarms/alarm-loop.ts';
import { VirtualClock } from '../src/clock/virtual-clock.ts';
import { MemoryEventFeed } from '../src/events/memory-event-feed.ts';
import { SqliteTimerStore } from '../src/sqlite/timer-store.ts';
import { type OpenStore, openStore } from './support/open-store.ts';

const START = Date.UTC(2030, 0, 1);
const FIRES_MS = 10_000;
const TIMEOUT_MS = 1_000;
/** The timeout, and 30 s to report. */
const LEASE_MS = 31_000;
/** To record an outcome within that. */
const TRIES = 8;
const KEY = { teamId: 'team_a', timerId: 'tmr_1' };

/** Alarms, store and use case together, with a store that can be told to fail. */
describe('waking a timer', () => {
  let opened: OpenStore<SqliteTimerStore>;
  let loop: AlarmLoop;
  let clock: VirtualClock;
  let attempts: { attempt: number; afterMs: number }[];
  /** Numbers of the updates that fail, from 1. */
  let failing: Set<number>;

  beforeEach(async () => {
    opened = await openStore((database) => new SqliteTimerStore(database));
    clock = new VirtualClock(START);
    attempts = [];
    failing = new Set();
    const timers = failingStore(opened.store, () => failing);
    loop = new AlarmLoop({
      listDue: (range) => timers.listDue(range),
      handle: (alarm) => wakeTimer(deps, alarm),
      clock,
      logger: silentLogger,
      ticking: false,
    });
    const deps = depsOf(timers, loop, clock, attempts);
    await loop.start([]);
    const when = { type: 'span', ms: FIRES_MS } as const;
    await timers.insert([
      sampleTimer({ id: KEY.timerId, when, events: onExpire([webhook]), retry: { type: 'quick' } }, START),
    ]);
    await loop.arm({ ...KEY, at: START + FIRES_MS, generation: 1 });
  });
  afterEach(async () => {
    await loop.stop(0);
    await opened.close();
  });

  it('fires and delivers once', async () => {
    await clock.advance(3_600_000, loop);
    expect(attempts).toEqual([{ attempt: 1, afterMs: FIRES_MS }]);
    expect((await opened.store.get(KEY))?.status).toBe('expired');
  });

  it('fires as soon as the store takes writes again', async () => {
    failing = new Set([1, 2]);
    await clock.advance(FIRES_MS + 500 + 1_000, loop);
    expect(attempts).toEqual([{ attempt: 1, afterMs: FIRES_MS + 500 + 1_000 }]);
    expect((await opened.store.get(KEY))?.status).toBe('expired');
  });

  it('delivers again, once the lease has lapsed, what was delivered but could not be recorded', async () => {
    failing = new Set(Array.from({ length: TRIES }, (_, index) => 2 + index));
    await clock.advance(FIRES_MS + LEASE_MS, loop);
    expect(attempts).toEqual([
      { attempt: 1, afterMs: FIRES_MS },
      { attempt: 2, afterMs: FIRES_MS + LEASE_MS },
    ]);
    const timer = await opened.store.get(KEY);
    expect(timer?.status).toBe('expired');
    expect(timer?.deliveries[0]?.attempts.map(({ outcome }) => outcome)).toEqual([
      'interrupted',
      'succeeded',
    ]);
  });
});

const webhook = {
  type: 'webhook',
  url: 'https://example.com/',
  method: 'POST',
  headers: {},
  body: null,
  timeoutMs: TIMEOUT_MS,
} as const;

function failingStore(store: TimerStore, failing: () => ReadonlySet<number>): TimerStore {
  let updates = 0;
  return {
    insert: (...timers) => store.insert(...timers),
    get: (key) => store.get(key),
    list: (...query) => store.list(...query),
    countActive: (teamId) => store.countActive(teamId),
    listDue: (range) => store.listDue(range),
    listJobs: (...page) => store.listJobs(...page),
    listDependents: (...page) => store.listDependents(...page),
    listChildren: (...page) => store.listChildren(...page),
    listPostponed: (...page) => store.listPostponed(...page),
    removeSettled: (...filter) => store.removeSettled(...filter),
    update: async (key, decide) => {
      if (failing().has(++updates)) throw new StorageUnavailable('told to fail');
      return store.update(key, decide);
    },
  };
}

function depsOf(
  timers: TimerStore,
  alarms: AlarmLoop,
  clock: VirtualClock,
  attempts: { attempt: number; afterMs: number }[],
): Deps {
  const perform: ActionRegistry['webhook']['perform'] = async (_action, { attempt }) => {
    attempts.push({ attempt, afterMs: clock.now() - START });
    const report = { at: clock.now(), durationMs: 1, outcome: 'succeeded', responseStatus: 204 } as const;
    return { ...report, responseBody: null, error: null, retryAfterMs: null };
  };
  return {
    timers,
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
    events: new MemoryEventFeed('test'),
    guard: { refusal: async () => null },
    performers: fakePerformers({ webhook: { perform } }),
    random: createRandom(),
    realTime: fakeRealTime(),
    logger: silentLogger,
    receipt: { durable: true, engine: 'embedded', survives: [], expected_precision_ms: 15 },
  };
}
