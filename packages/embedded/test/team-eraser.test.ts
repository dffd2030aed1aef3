import { generateSecretKey, readSecretKeys, SecretBox, SigningSecretBox } from '@minoots/core';
import { type Kept, teamEraserContract } from '@minoots/core/testing';
import { MemoryEventFeed } from '../src/events/memory-event-feed.ts';
import { SqliteApiKeyStore } from '../src/sqlite/api-key-store.ts';
import { SqliteAuditLog } from '../src/sqlite/audit-log.ts';
import { SqliteBudgetStore } from '../src/sqlite/budget-store.ts';
import { SqliteContextStore } from '../src/sqlite/context-store.ts';
import type { Database } from '../src/sqlite/database.ts';
import { SqliteEndpointStore } from '../src/sqlite/endpoint-store.ts';
import { SqliteIdempotencyStore } from '../src/sqlite/idempotency-store.ts';
import { SqliteInboxStore } from '../src/sqlite/inbox-store.ts';
import { SqliteQuotaLedger } from '../src/sqlite/quota-ledger.ts';
import { SqliteRunnerStore } from '../src/sqlite/runner-store.ts';
import { SqliteScheduleStore } from '../src/sqlite/schedule-store.ts';
import { SqliteSecretStore } from '../src/sqlite/secret-store.ts';
import { SqliteShareStore } from '../src/sqlite/share-store.ts';
import { SqliteSigningSecretStore } from '../src/sqlite/signing-secret-store.ts';
import { SqliteTeamEraser } from '../src/sqlite/team-eraser.ts';
import { SqliteTimerStore } from '../src/sqlite/timer-store.ts';
import { openStore } from './support/open-store.ts';

/** Tables of the teams themselves: they go with the row in `teams`, by triggers. */
const OF_TEAMS = ['teams', 'team_members', 'team_invitations', 'team_domains'];

teamEraserContract('SqliteTeamEraser', async () => {
  const { store: database, close } = await openStore((opened) => opened);
  const key = generateSecretKey();
  const box = new SecretBox(() => readSecretKeys(key));
  const stores = {
    timers: new SqliteTimerStore(database),
    schedules: new SqliteScheduleStore(database),
    shares: new SqliteShareStore(database),
    apiKeys: new SqliteApiKeyStore(database),
    namedSecrets: new SqliteSecretStore(database, box),
    signingSecrets: new SqliteSigningSecretStore(database, new SigningSecretBox(box)),
    context: new SqliteContextStore(database),
    budgets: new SqliteBudgetStore(database),
    quotas: new SqliteQuotaLedger(database),
    inbox: new SqliteInboxStore(database),
    runners: new SqliteRunnerStore(database),
    endpoints: new SqliteEndpointStore(database),
    audit: new SqliteAuditLog(database),
    events: new MemoryEventFeed('test'),
    idempotency: new SqliteIdempotencyStore(database),
  };
  const places = tablesOf(database).filter((table) => namesTeams(database, table));
  return {
    stores,
    eraser: new SqliteTeamEraser(database),
    dump: async () => dump(database),
    places: places.filter((table) => !OF_TEAMS.includes(table)),
    close,
  };
});

function tablesOf({ read }: Database): string[] {
  return read
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
    .map(({ name }) => String(name));
}

/** Whatever is added later counts as soon as it has a column of the id of a team. */
function namesTeams({ read }: Database, table: string): boolean {
  const columns = read.prepare('SELECT name FROM pragma_table_info(?)').all(table);
  return table === 'teams' || columns.some(({ name }) => String(name).endsWith('team_id'));
}

function dump(database: Database): Kept[] {
  return tablesOf(database).flatMap((place) =>
    database.read
      .prepare(`SELECT * FROM ${place}`)
      .all()
      .map((row) => ({ place, text: JSON.stringify(row) })),
  );
}
