import { PLANS, type Scope } from '@minoots/contract';
import { LocalRateLimiter } from '../adapters/local-rate-limiter.ts';
import type { Principal } from '../ports/authenticator.ts';
import type { Subscription } from '../ports/event-feed.ts';
import type { ClaimOutcome, IdempotencyClaim, RecordedAnswer } from '../ports/idempotency-store.ts';
import { fakePerformers } from '../testing/fake-performers.ts';
import { fakeRealTime } from '../testing/fake-real-time.ts';
import { memoryApiKeyStore } from '../testing/memory-api-key-store.ts';
import { memoryBudgetStore } from '../testing/memory-budget-store.ts';
import { memoryContextStore } from '../testing/memory-context-store.ts';
import { memoryEndpointStore } from '../testing/memory-endpoint-store.ts';
import { memoryInboxStore } from '../testing/memory-inbox-store.ts';
import { memoryQuotaLedger } from '../testing/memory-quota-ledger.ts';
import { memoryRunnerStore } from '../testing/memory-runner-store.ts';
import { memoryScheduleStore } from '../testing/memory-schedule-store.ts';
import { memorySecretStore } from '../testing/memory-secret-store.ts';
import { memoryShareStore } from '../testing/memory-share-store.ts';
import { memoryTeamStore } from '../testing/memory-team-store.ts';
import { memoryTimerStore } from '../testing/memory-timer-store.ts';
import { samplePrincipal } from '../testing/sample-principal.ts';
import type { ApiDeps } from './app.ts';

/** The instant at which the clock of a fake engine stands. */
export const NOW = Date.UTC(2030, 0, 31, 9);
/** A key with every scope, and one that may only read. */
export const KEY = 'owner-key';
export const READER_KEY = 'reader-key';

/** An engine that keeps everything in memory and never wakes a timer; for tests of what lies above the ports. */
export function fakeEngine(overrides: Partial<ApiDeps> = {}): ApiDeps {
  let ids = 0;
  const { timers = memoryTimerStore() } = overrides;
  const stores = memoryTeamStore();
  const { audit } = stores;
  return {
    timers,
    context: memoryContextStore(),
    budgets: memoryBudgetStore(),
    quotas: memoryQuotaLedger(timers),
    schedules: memoryScheduleStore(),
    shares: memoryShareStore(),
    runners: memoryRunnerStore(),
    inbox: memoryInboxStore(),
    endpoints: memoryEndpointStore(),
    alarms: { arm: async () => {}, disarm: async () => {} },
    events: { publish: async () => {}, subscribe: async () => endlessSubscription() },
    guard: { refusal: async (url) => (url.includes('private') ? 'it is private' : null) },
    namedSecrets: memorySecretStore(audit),
    apiKeys: memoryApiKeyStore(audit),
    ...stores,
    eraser: { eraseSome: async () => 0 },
    accounts: null,
    local: null,
    textRecords: { lookUp: async () => [] },
    performers: fakePerformers(),
    clock: { now: () => NOW },
    random: { id: () => String(++ids).padStart(22, '0'), jitter: () => 0 },
    realTime: fakeRealTime(),
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    startPlan: 'pro',
    hasSignOn: true,
    enterpriseHistoryMs: PLANS.enterprise.historyMs,
    receipt: { durable: true, engine: 'embedded', survives: ['restart'], expected_precision_ms: 15 },
    authenticator: { authenticate: async ({ token }) => PRINCIPALS.get(token) ?? null },
    idempotency: fakeIdempotencyStore(),
    secrets: {
      forTeam: async () => ['whsec_bWlub290cw=='],
      update: async (teamId, decide) => {
        const { notes = [], result } = decide([]);
        await audit.append(teamId, notes);
        return result;
      },
    },
    readiness: async () => ({ store: { ok: true } }),
    payments: null,
    signIn: null,
    advanceClock: null,
    rates: new LocalRateLimiter({ now: () => NOW }),
    addressOf: () => null,
    version: '1.2.3',
    ...overrides,
  };
}

const PRINCIPALS = new Map<string, Principal>([
  [KEY, samplePrincipal('team')],
  [
    READER_KEY,
    {
      type: 'api-key',
      id: 'key_reader',
      teamId: 'team',
      scopes: new Set<Scope>(['timers:read']),
      role: null,
      person: null,
    },
  ],
]);

function fakeIdempotencyStore(): ApiDeps['idempotency'] {
  const records = new Map<string, { claim: IdempotencyClaim; answer?: RecordedAnswer }>();
  return {
    claim: async (claim): Promise<ClaimOutcome> => {
      const record = records.get(claim.key);
      if (record === undefined) {
        records.set(claim.key, { claim });
        return { type: 'claimed' };
      }
      if (record.claim.fingerprint !== claim.fingerprint) return { type: 'mismatch' };
      return record.answer === undefined
        ? { type: 'in-flight' }
        : { type: 'answered', answer: record.answer };
    },
    answer: async (claim, answer) => {
      records.set(claim.key, { claim, answer });
    },
    release: async ({ key }) => {
      records.delete(key);
    },
    purge: async () => {},
  };
}

function endlessSubscription(): Subscription {
  const { promise, resolve } = Promise.withResolvers<IteratorReturnResult<undefined>>();
  const events = { [Symbol.asyncIterator]: () => ({ next: () => promise }) };
  return { resumed: true, events, close: () => resolve({ done: true, value: undefined }) };
}
