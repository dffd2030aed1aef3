import { join } from 'node:path';
import type { Readiness, Receipt } from '@minoots/contract';
import {
  type Alarm,
  type AlarmHandler,
  createActionRegistry,
  createGuardedAgents,
  createRandom,
  createTargetGuard,
  type Deps,
  FOR_GOOD_MS,
  type Logger,
  People,
  personalTeamId,
  postMessage,
  RememberedApiKeys,
  SecretBox,
  SigningSecretBox,
  spawnTimer,
  systemClock,
  systemRealTime,
  TeamPlans,
  tendCounters,
  tendEndpoints,
  tendErasures,
  tendSchedules,
  textRecords,
  wakeTimer,
  watchedTeams,
  welcomePerson,
} from '@minoots/core';
import { AlarmLoop } from './alarms/alarm-loop.ts';
import { VirtualClock } from './clock/virtual-clock.ts';
import { MemoryEventFeed } from './events/memory-event-feed.ts';
import { LOCAL_TEAM } from './identity/local-key.ts';
import { admitOwnerToTeam, OWNER } from './identity/owner.ts';
import { localSecretKeys } from './identity/secret-keys.ts';
import { Retention } from './retention.ts';
import { SqliteApiKeyStore } from './sqlite/api-key-store.ts';
import { SqliteAuditLog } from './sqlite/audit-log.ts';
import { SqliteBudgetStore } from './sqlite/budget-store.ts';
import { SqliteContextStore } from './sqlite/context-store.ts';
import { DATABASE_FILE, openDatabase } from './sqlite/database.ts';
import { EndedTimers } from './sqlite/ended-timers.ts';
import { SqliteEndpointStore } from './sqlite/endpoint-store.ts';
import { lockFolder } from './sqlite/folder-lock.ts';
import { SqliteIdempotencyStore } from './sqlite/idempotency-store.ts';
import { SqliteInboxStore } from './sqlite/inbox-store.ts';
import { SqliteQuotaLedger } from './sqlite/quota-ledger.ts';
import { SqliteRunnerStore } from './sqlite/runner-store.ts';
import { SqliteScheduleStore } from './sqlite/schedule-store.ts';
import { SqliteSecretStore } from './sqlite/secret-store.ts';
import { SqliteShareStore } from './sqlite/share-store.ts';
import { SqliteSignInLinkStore } from './sqlite/sign-in-link-store.ts';
import { sealSigningSecrets } from './sqlite/signing-secret-sealing.ts';
import { SqliteSigningSecretStore } from './sqlite/signing-secret-store.ts';
import { SqliteTeamEraser } from './sqlite/team-eraser.ts';
import { SqliteTeamStore } from './sqlite/team-store.ts';
import { SqliteTimerStore } from './sqlite/timer-store.ts';
import { keyOf } from './timer-key.ts';
import { VERSION } from './version.ts';

/** What this engine promises. The reply waits for the sync of the log, so a crash of process or machine loses nothing. */
const RECEIPT: Receipt = {
  durable: true,
  engine: 'embedded',
  survives: ['client exit', 'server crash', 'server restart', 'machine restart'],
  expected_precision_ms: 15,
};
/** How long attempts under way may take to finish when the engine stops, in ms. */
const STOP_GRACE_MS = 5_000;
const PURGE_EVERY_MS = 600_000;
const TEND_EVERY_MS = 60_000;
/** How long deleted teams are erased at a time, in ms: a server that stops waits for the end of it. */
const ERASE_MS = 2_000;
const DAY_MS = 86_400_000;

export interface EngineOptions {
  home: string;
  clock: 'real' | 'virtual';
  allowPrivateTargets: boolean;
  /** Days for which the enterprise plan keeps a timer that has ended; 0 keeps all. */
  historyDays: number;
  /** `address:port` of what is asked about claimed domains; those of the system when undefined. */
  nameServers: readonly string[] | undefined;
  /** Whether people sign in, all by the one provider that the owner has named. */
  hasSignOn: boolean;
  logger: Logger;
}

/** The embedded engine, running: what the API needs of it, and how to stop it. */
export interface Engine {
  deps: Deps;
  people: People;
  idempotency: SqliteIdempotencyStore;
  secrets: SqliteSigningSecretStore;
  signInLinks: SqliteSignInLinkStore;
  /** Moves a virtual clock; null with a real one. */
  advance: ((byMs: number) => Promise<number>) | null;
  /** Whether store and alarms answer. */
  checks(): Readiness['checks'];
  /** Whether it has been told to close. */
  stopping(): boolean;
  /** Stops alarms, event streams and store, in this order, and gives the data folder free. */
  close(): Promise<void>;
}

/**
 * Opens the data folder and starts the alarms; what was overdue fires at once and what was half delivered goes on.
 * @throws DataFolderError when the folder cannot be used
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const lock = lockFolder(options.home);
  try {
    return await compose(options, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function compose(
  { home, clock: kind, allowPrivateTargets, historyDays, nameServers, hasSignOn, logger }: EngineOptions,
  release: () => void,
): Promise<Engine> {
  const database = openDatabase(home, (trouble) => {
    if (trouble === null) logger.warn({}, 'the store takes writes again');
    else
      logger.error(
        { trouble },
        'the store does not take writes; requests that need it are answered with 503',
      );
  });
  const timers = new SqliteTimerStore(database);
  const quotas = new SqliteQuotaLedger(database);
  const idempotency = new SqliteIdempotencyStore(database);
  const secretBox = new SecretBox(localSecretKeys(home));
  const signingBox = new SigningSecretBox(secretBox);
  sealSigningSecrets(join(home, DATABASE_FILE), signingBox);
  const secrets = new SqliteSigningSecretStore(database, signingBox);
  const signInLinks = new SqliteSignInLinkStore(database);
  const inbox = new SqliteInboxStore(database);
  const virtual = kind === 'virtual' ? new VirtualClock(systemClock.now()) : null;
  const clock = virtual ?? systemClock;
  const events = new MemoryEventFeed(systemClock.now().toString(36));
  const agents = createGuardedAgents({ allowPrivate: allowPrivateTargets });
  const performers = createActionRegistry({
    clock,
    wallClock: systemClock,
    secrets,
    agents,
    post: (draft, context) => postMessage(deps, draft, context),
    // Would need Google's library in every installation of the command line, for the few that have such an account.
    idTokens: null,
    spawn: (template, context) => spawnTimer(deps, context, template),
    version: VERSION,
  });

  const resumed = new Set<string>();
  const handle: AlarmHandler = (alarm) =>
    wakeTimer(deps, alarm, { abandonLeases: resumed.delete(keyOf(alarm)) });
  const alarms = new AlarmLoop({
    listDue: (range) => timers.listDue(range),
    handle,
    clock,
    logger,
    ticking: virtual === null,
  });
  const guard = createTargetGuard({ allowPrivate: allowPrivateTargets });
  const teams = new SqliteTeamStore(database);
  const people = new People({
    teams,
    homeOf: (person) => (person === OWNER ? LOCAL_TEAM : personalTeamId(person)),
    welcome: (person) => (person === OWNER ? admitOwnerToTeam(deps) : welcomePerson(deps, person)),
  });
  const enterpriseHistoryMs = historyDays === 0 ? FOR_GOOD_MS : historyDays * DAY_MS;
  const plans = new TeamPlans({ teams, enterpriseHistoryMs });
  const deps: Deps = {
    timers,
    context: new SqliteContextStore(database),
    namedSecrets: new SqliteSecretStore(database, secretBox),
    budgets: new SqliteBudgetStore(database),
    quotas,
    apiKeys: new RememberedApiKeys(new SqliteApiKeyStore(database)),
    schedules: new SqliteScheduleStore(database),
    shares: new SqliteShareStore(database),
    runners: new SqliteRunnerStore(database),
    teams: watchedTeams(teams, (teamId) => {
      people.forget(teamId);
      plans.forget(teamId);
    }),
    audit: new SqliteAuditLog(database),
    deletedTeams: plans,
    eraser: new SqliteTeamEraser(database),
    // Their accounts are with their provider.
    accounts: null,
    local: { teamId: LOCAL_TEAM, userId: OWNER.userId },
    textRecords: textRecords(nameServers),
    plans,
    inbox,
    endpoints: new SqliteEndpointStore(database),
    alarms,
    events,
    guard,
    performers,
    clock,
    random: createRandom(),
    realTime: systemRealTime,
    logger,
    receipt: RECEIPT,
    startPlan: 'enterprise',
    hasSignOn,
    enterpriseHistoryMs,
  };

  await idempotency.releaseAbandoned();
  const halfDelivered = timers.listDelivering().map((timer): Alarm => ({ ...timer, at: clock.now() }));
  for (const alarm of halfDelivered) resumed.add(keyOf(alarm));
  await alarms.start(halfDelivered);
  const purge = setInterval(() => {
    for (const [what, store] of Object.entries({
      'idempotency keys': idempotency,
      messages: inbox,
      'sign-in links': signInLinks,
      'windows of quotas': quotas,
    })) {
      store
        .purge(clock.now())
        .catch((error: unknown) => logger.error({ err: error }, `old ${what} stay for now`));
    }
  }, PURGE_EVERY_MS);

  const retention = new Retention({ timers: new EndedTimers(database), plans, clock, logger });
  retention.start();

  const tend = async (hasRestarted: boolean) => {
    await tendSchedules(deps, hasRestarted).catch((error: unknown) =>
      logger.error({ err: error }, 'schedules are looked after later'),
    );
    await tendEndpoints(deps).catch((error: unknown) =>
      logger.error({ err: error }, 'endpoints are looked after later'),
    );
    await tendCounters(deps, hasRestarted).catch((error: unknown) =>
      logger.error({ err: error }, 'counters of timers are looked after later'),
    );
    await tendErasures(deps, ERASE_MS).catch((error: unknown) =>
      logger.error({ err: error }, 'deleted teams are looked after later'),
    );
  };
  let tending = tend(true);
  const tender = setInterval(() => {
    tending = tending.then(() => tend(false));
  }, TEND_EVERY_MS);

  let stopping = false;
  return {
    deps,
    people,
    idempotency,
    secrets,
    signInLinks,
    advance: virtual === null ? null : (byMs) => virtual.advance(byMs, alarms),
    checks: () => ({
      store: database.writer.trouble === null ? { ok: true } : { ok: false, detail: database.writer.trouble },
      alarms: alarms.running ? { ok: true } : { ok: false, detail: 'The alarms are stopped.' },
    }),
    stopping: () => stopping,
    close: async () => {
      stopping = true;
      clearInterval(purge);
      clearInterval(tender);
      await tending;
      await retention.stop();
      await alarms.stop(STOP_GRACE_MS);
      events.close();
      inbox.close();
      agents.destroy();
      await database.close();
      release();
    },
  };
}
