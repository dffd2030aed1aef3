import type { PlanId, Receipt } from '@minoots/contract';
import {
  type AccountRemover,
  AnyAuthenticator,
  type Clock,
  createActionRegistry,
  createApi,
  createGuardedAgents,
  createRandom,
  createTargetGuard,
  type Deps,
  type IdTokenSource,
  type IdTokenVerifier,
  KeyAuthenticator,
  type Logger,
  type PaymentService,
  postMessage,
  RememberedApiKeys,
  readSecretKeys,
  SecretBox,
  SigningSecretBox,
  spawnTimer,
  systemClock,
  systemRealTime,
  textRecords,
  UserAuthenticator,
  wakeTimer,
  welcomePerson,
} from '@minoots/core';
import type { Firestore } from 'firebase-admin/firestore';
import type { Hono } from 'hono';
import { handleAlarm } from './alarms/alarm-task.ts';
import { sweep } from './alarms/sweeper.ts';
import type { TaskQueues } from './alarms/task-queues.ts';
import { TasksAlarmClock } from './alarms/tasks-alarm-clock.ts';
import { UnarmedAlarms } from './alarms/unarmed-alarms.ts';
import { StoredClock } from './clock/stored-clock.ts';
import { VirtualTime } from './clock/virtual-time.ts';
import { FirestoreEventFeed } from './events/firestore-event-feed.ts';
import { callerAddress, serveTo } from './http.ts';
import { rememberedTeams } from './identity/remembered-teams.ts';
import type { GateDeps } from './identity/sign-in-gate.ts';
import { FirestoreRatePool } from './limits/rate-pool.ts';
import { SharedRateLimiter } from './limits/shared-rate-limiter.ts';
import { checkReadiness } from './readiness.ts';
import { FirestoreApiKeyStore } from './stores/firestore-api-key-store.ts';
import { FirestoreIdempotencyStore } from './stores/firestore-idempotency-store.ts';
import { FirestoreInboxStore } from './stores/firestore-inbox-store.ts';
import { FirestoreSigningSecretStore } from './stores/firestore-signing-secret-store.ts';
import { firestoreStores } from './stores/firestore-stores.ts';
import { FirestoreTimerStore } from './stores/firestore-timer-store.ts';
import { nameServers } from './targets/name-servers.ts';
import { type Upkeep, upkeep } from './upkeep.ts';
import { VERSION } from './version.ts';

/** What this engine promises: the answer waits for Firestore's commit, which several zones hold. */
const RECEIPT: Receipt = {
  durable: true,
  engine: 'firebase',
  survives: ['client exit', 'server crash', 'server restart', 'zone outage'],
  expected_precision_ms: 1_000,
};
const DAY_MS = 86_400_000;

export interface EngineOptions {
  firestore: Firestore;
  queues: TaskQueues;
  clock: 'real' | 'virtual';
  /** How long the enterprise plan keeps a settled timer. */
  historyDays: number;
  /** Origins whose pages may call the API, as browsers send them. */
  corsOrigins: readonly string[];
  allowPrivateTargets: boolean;
  /** What seals the secrets of teams, as `readSecretKeys` has it; empty where no secrets can be set. */
  secretKeys: string;
  /** Makes the tokens that functions are called with; null where none can be called. */
  idTokens: IdTokenSource | null;
  /** Knows the people who have signed in. */
  users: IdTokenVerifier;
  /** Where these people have their accounts. */
  accounts: AccountRemover;
  /** Takes money for plans; null where nobody pays. */
  payments: PaymentService | null;
  /** The plan that new teams begin with. */
  startPlan: PlanId;
  /** Whether Identity Platform asks before it lets people in, so that teams can have single sign-on. */
  sso: boolean;
  /** Requests a minute that may show unknown credentials, or name teams of others. */
  guessesPerMinute: number;
  /** People who may come for the first time from one address in an hour. */
  newcomersPerHour: number;
  /** `address:port` of what is asked about claimed domains; null for those of the system. */
  nameServers: readonly string[] | null;
  logger: Logger;
}

/** The Firebase engine over its database and its queues. It holds no state that another instance would miss. */
export interface Engine extends Upkeep {
  /** The HTTP API. */
  api: Hono;
  /** Answers a dispatched task. Rejects when it should come again. */
  handleTask(data: unknown): Promise<void>;
  /** What judging sign-ins takes. */
  signIns: GateDeps;
  /** Waits for notes on keys, and ends event streams and connections to receivers; database and queues stay the caller's. */
  close(): Promise<void>;
}

/** Puts the engine together. */
export function composeEngine(options: EngineOptions): Engine {
  const { firestore, queues, corsOrigins, guessesPerMinute, newcomersPerHour, logger } = options;
  const stored = options.clock === 'virtual' ? new StoredClock(firestore) : null;
  const clock: Clock = stored ?? systemClock;
  const now = () => clock.now();
  const enterpriseHistoryMs = options.historyDays * DAY_MS;
  const { teams, people, plans, histories, freshPlans, signOn } = rememberedTeams({
    ...{ firestore, clock, enterpriseHistoryMs, sso: options.sso },
    welcome: (person) => welcomePerson(deps, person),
  });
  const timers = new FirestoreTimerStore({ firestore, now, plans: histories });
  const unarmed = new UnarmedAlarms(firestore, clock);
  const schedule = stored === null ? (at: number) => at : () => VirtualTime.parked();
  const alarms = new TasksAlarmClock({ queues, unarmed, clock, schedule, logger });
  const sweepWithin = (graceMs?: number) =>
    sweep({ timers, unarmed, alarms, clock, logger, ...(graceMs === undefined ? {} : { graceMs }) });
  const events = new FirestoreEventFeed({ firestore, logger });
  const inbox = new FirestoreInboxStore({ firestore, logger });
  const secretBox = new SecretBox(() => readSecretKeys(options.secretKeys));
  const signingBox = new SigningSecretBox(options.secretKeys === '' ? null : secretBox);
  const secrets = new FirestoreSigningSecretStore(firestore, signingBox);
  const targets = options.allowPrivateTargets
    ? { allowPrivate: true }
    : { allowPrivate: false, resolve: nameServers() };
  const agents = createGuardedAgents(targets);
  const apiKeys = new RememberedApiKeys(new FirestoreApiKeyStore(firestore), {
    // Then keys and plan are looked up anew at the same time, and one request waits for both.
    changed: (teamId) => plans.forget(teamId),
  });
  const rates = new SharedRateLimiter({
    pool: new FirestoreRatePool(firestore),
    clock: systemClock,
    logger,
  });
  const deps: Deps = {
    ...firestoreStores({ firestore, now, secretBox, isVirtual: stored !== null }),
    timers,
    apiKeys,
    teams,
    deletedTeams: plans,
    accounts: options.accounts,
    local: null,
    textRecords: textRecords(options.nameServers ?? undefined),
    plans,
    inbox,
    alarms,
    events,
    guard: createTargetGuard(targets),
    performers: createActionRegistry({
      clock,
      wallClock: systemClock,
      secrets,
      agents,
      post: (draft, context) => postMessage(deps, draft, context),
      idTokens: options.idTokens,
      spawn: (template, context) => spawnTimer(deps, context, template),
      version: VERSION,
    }),
    clock,
    random: createRandom(),
    realTime: systemRealTime,
    logger,
    receipt: RECEIPT,
    startPlan: options.startPlan,
    hasSignOn: options.sso,
    enterpriseHistoryMs,
  };
  const virtualTime =
    stored && new VirtualTime({ clock: stored, timers, queues, sweep: () => sweepWithin(0) });
  const keys = new KeyAuthenticator(apiKeys, { clock, logger });
  const api = createApi({
    ...deps,
    authenticator: new AnyAuthenticator({
      keys,
      users: new UserAuthenticator(options.users, people, signOn),
      teams,
      deletedTeams: plans,
    }),
    idempotency: new FirestoreIdempotencyStore(firestore),
    secrets,
    rates,
    guessesPerMinute,
    newcomersPerHour,
    addressOf: callerAddress,
    payments: options.payments,
    // People sign in by Firebase Auth.
    signIn: null,
    advanceClock: virtualTime && ((byMs) => virtualTime.advance(byMs)),
    readiness: () => checkReadiness(firestore, queues),
    version: VERSION,
  });
  return {
    api: serveTo(stored === null ? { corsOrigins } : { corsOrigins, before: () => stored.refresh() }, api),
    async handleTask(data) {
      await stored?.refresh();
      await handleAlarm(
        { wake: (alarm) => wakeTimer(deps, alarm), clock, realTime: deps.realTime, logger },
        data,
      );
    },
    ...upkeep({ deps, stored, sweepAlarms: sweepWithin, firestore, freshPlans }),
    signIns: { teams, clock, rates, newcomersPerHour },
    async close() {
      await keys.idle();
      events.close();
      inbox.close();
      agents.destroy();
    },
  };
}
