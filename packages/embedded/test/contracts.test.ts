import { join } from 'node:path';
import {
  type AlarmHandler,
  type CounterKey,
  type SecretBox,
  SigningSecretBox,
  TeamPlans,
} from '@minoots/core';
import {
  type AlarmClockHarness,
  alarmClockContract,
  apiKeyStoreContract,
  auditLogContract,
  budgetStoreContract,
  contextStoreContract,
  endpointStoreContract,
  eventFeedContract,
  historyByPlanContract,
  idempotencyStoreContract,
  inboxStoreContract,
  quotaLedgerContract,
  runnerStoreContract,
  type ScheduleStores,
  scheduleStoreContract,
  schedulesGoOnContract,
  secretStoreContract,
  shareStoreContract,
  signInLinkStoreContract,
  signingSecretStoreContract,
  silentLogger,
  teamStoreContract,
  timerStoreContract,
} from '@minoots/core/testing';
import { AlarmLoop } from '../src/alarms/alarm-loop.ts';
import { VirtualClock } from '../src/clock/virtual-clock.ts';
import { MemoryEventFeed } from '../src/events/memory-event-feed.ts';
import { Retention } from '../src/retention.ts';
import { SqliteApiKeyStore } from '../src/sqlite/api-key-store.ts';
import { SqliteAuditLog } from '../src/sqlite/audit-log.ts';
import { SqliteBudgetStore } from '../src/sqlite/budget-store.ts';
import { SqliteContextStore } from '../src/sqlite/context-store.ts';
import { DATABASE_FILE } from '../src/sqlite/database.ts';
import { EndedTimers } from '../src/sqlite/ended-timers.ts';
import { SqliteEndpointStore } from '../src/sqlite/endpoint-store.ts';
import { SqliteIdempotencyStore } from '../src/sqlite/idempotency-store.ts';
import { SqliteInboxStore } from '../src/sqlite/inbox-store.ts';
import { SqliteQuotaLedger } from '../src/sqlite/quota-ledger.ts';
import { SqliteRunnerStore } from '../src/sqlite/runner-store.ts';
import { SqliteScheduleStore } from '../src/sqlite/schedule-store.ts';
import { SqliteSecretStore } from '../src/sqlite/secret-store.ts';
import { SqliteShareStore } from '../src/sqlite/share-store.ts';
import { SqliteSignInLinkStore } from '../src/sqlite/sign-in-link-store.ts';
import { sealSigningSecrets } from '../src/sqlite/signing-secret-sealing.ts';
import { SqliteSigningSecretStore } from '../src/sqlite/signing-secret-store.ts';
import { SqliteTeamStore } from '../src/sqlite/team-store.ts';
import { SqliteTimerStore } from '../src/sqlite/timer-store.ts';
import { openStore } from './support/open-store.ts';

timerStoreContract('SqliteTimerStore', () => openStore((database) => new SqliteTimerStore(database)));
budgetStoreContract('SqliteBudgetStore', async () => {
  const { store, database, close } = await openStore((opened) => new SqliteBudgetStore(opened));
  return { store, reopen: async () => new SqliteBudgetStore(database), close };
});
quotaLedgerContract('SqliteQuotaLedger', async () => {
  const { store: ledger, database, close } = await openStore((opened) => new SqliteQuotaLedger(opened));
  const falsify = async ({ teamId, counter }: CounterKey, by: number) => {
    const sql = 'UPDATE counters SET used = used + ? WHERE team_id = ? AND counter = ?';
    await database.writer.write([{ sql, rows: [[by, teamId, counter]] }]);
  };
  return { ledger, timers: new SqliteTimerStore(database), falsify, close };
});
runnerStoreContract('SqliteRunnerStore', () => openStore((database) => new SqliteRunnerStore(database)));
scheduleStoreContract('SqliteScheduleStore', () =>
  openStore((database) => new SqliteScheduleStore(database)),
);
inboxStoreContract('SqliteInboxStore', () => openStore((database) => new SqliteInboxStore(database)));
historyByPlanContract(
  'the embedded engine',
  async ({ enterpriseHistoryMs, clock }) => {
    const { store: timers, database, close } = await openStore((opened) => new SqliteTimerStore(opened));
    const teams = new SqliteTeamStore(database);
    const plans = new TeamPlans({ teams, enterpriseHistoryMs, rememberMs: 0 });
    const ended = new EndedTimers(database);
    const retention = new Retention({ timers: ended, plans, clock, logger: silentLogger });
    const quotas = new SqliteQuotaLedger(database);
    return { timers, teams, quotas, tend: () => retention.run(), close };
  },
  1,
);
schedulesGoOnContract('the embedded engine', openScheduleStores, 9);
idempotencyStoreContract('SqliteIdempotencyStore', () =>
  openStore((database) => new SqliteIdempotencyStore(database)),
);
apiKeyStoreContract('SqliteApiKeyStore', async () => {
  const { store, database, close } = await openStore((opened) => new SqliteApiKeyStore(opened));
  return { store, audit: new SqliteAuditLog(database), close };
});
signingSecretStoreContract('SqliteSigningSecretStore', async () => {
  const { store: database, folder, close } = await openStore((opened) => opened);
  const open = (box: SecretBox) => {
    const signingBox = new SigningSecretBox(box);
    sealSigningSecrets(join(folder, DATABASE_FILE), signingBox);
    return new SqliteSigningSecretStore(database, signingBox);
  };
  const dump = async () => JSON.stringify(database.read.prepare('SELECT * FROM signing_secrets').all());
  return { open, audit: new SqliteAuditLog(database), dump, close };
});
teamStoreContract('SqliteTeamStore', async () => {
  const { store, database, close } = await openStore((opened) => new SqliteTeamStore(opened));
  return { store, audit: new SqliteAuditLog(database), close };
});
auditLogContract('SqliteAuditLog', async () => {
  const { store, close } = await openStore((database) => new SqliteAuditLog(database));
  return { log: store, close };
});
secretStoreContract('SqliteSecretStore', async () => {
  const { store: database, close } = await openStore((opened) => opened);
  const dump = async () => JSON.stringify(database.read.prepare('SELECT * FROM secrets').all());
  const audit = new SqliteAuditLog(database);
  return { open: (box) => new SqliteSecretStore(database, box), dump, audit, close };
});
contextStoreContract('SqliteContextStore', async () => {
  const { store, database, close } = await openStore((opened) => new SqliteContextStore(opened));
  return { store, reopen: async () => new SqliteContextStore(database), close };
});
endpointStoreContract('SqliteEndpointStore', async () => {
  const { store, database, close } = await openStore((opened) => new SqliteEndpointStore(opened));
  return { store, reopen: async () => new SqliteEndpointStore(database), close };
});
shareStoreContract('SqliteShareStore', async () => {
  const { store, database, close } = await openStore((opened) => new SqliteShareStore(opened));
  return { store, reopen: async () => new SqliteShareStore(database), close };
});
signInLinkStoreContract('SqliteSignInLinkStore', async () => {
  const { store, database, close } = await openStore((opened) => new SqliteSignInLinkStore(opened));
  return { store, reopen: async () => new SqliteSignInLinkStore(database), close };
});
eventFeedContract('MemoryEventFeed', async () => {
  const feed = new MemoryEventFeed('test');
  return { feed, happen: (events) => feed.publish(events), close: async () => feed.close() };
});
alarmClockContract('AlarmLoop', openAlarmLoop);

async function openAlarmLoop(handle: AlarmHandler): Promise<AlarmClockHarness> {
  const { store: timers, close } = await openStore((database) => new SqliteTimerStore(database));
  const clock = new VirtualClock(Date.UTC(2030, 0, 1));
  const start = async () => {
    const loop = new AlarmLoop({
      listDue: (range) => timers.listDue(range),
      handle,
      clock,
      logger: silentLogger,
      ticking: false,
    });
    await loop.start([]);
    return loop;
  };
  let alarms = await start();
  return {
    get alarms() {
      return alarms;
    },
    timers,
    now: () => clock.now(),
    advance: async (byMs) => {
      await clock.advance(byMs, alarms);
    },
    crash: async () => {
      await alarms.stop(0);
      alarms = await start();
    },
    close: async () => {
      await alarms.stop(0);
      await close();
    },
  };
}

async function openScheduleStores(): Promise<ScheduleStores> {
  const { database, close } = await openStore((opened) => opened);
  return { timers: new SqliteTimerStore(database), schedules: new SqliteScheduleStore(database), close };
}
