import { describe, expect, it } from '@jest/globals';
import { generateSecretKey, readSecretKeys, SecretBox, SigningSecretBox } from '@minoots/core';
import { type Kept, silentLogger, teamEraserContract } from '@minoots/core/testing';
import type { Firestore } from 'firebase-admin/firestore';
import { UnarmedAlarms } from '../src/alarms/unarmed-alarms.ts';
import { FirestoreEventFeed } from '../src/events/firestore-event-feed.ts';
import * as collections from '../src/stores/collections.ts';
import { FirestoreApiKeyStore } from '../src/stores/firestore-api-key-store.ts';
import { FirestoreAuditLog } from '../src/stores/firestore-audit-log.ts';
import { FirestoreBudgetStore } from '../src/stores/firestore-budget-store.ts';
import { FirestoreContextStore } from '../src/stores/firestore-context-store.ts';
import { FirestoreEndpointStore } from '../src/stores/firestore-endpoint-store.ts';
import { FirestoreIdempotencyStore } from '../src/stores/firestore-idempotency-store.ts';
import { FirestoreInboxStore } from '../src/stores/firestore-inbox-store.ts';
import { FirestoreQuotaLedger } from '../src/stores/firestore-quota-ledger.ts';
import { FirestoreRunnerStore } from '../src/stores/firestore-runner-store.ts';
import { FirestoreScheduleStore } from '../src/stores/firestore-schedule-store.ts';
import { FirestoreSecretStore } from '../src/stores/firestore-secret-store.ts';
import { FirestoreShareStore } from '../src/stores/firestore-share-store.ts';
import { FirestoreSigningSecretStore } from '../src/stores/firestore-signing-secret-store.ts';
import { ERASED_COLLECTIONS, FirestoreTeamEraser } from '../src/stores/firestore-team-eraser.ts';
import { FirestoreTimerStore } from '../src/stores/firestore-timer-store.ts';
import { openFirestore } from './support/firestore.ts';
import { plansKeeping } from './support/plans.ts';

const NOW = Date.UTC(2030, 0, 1);

/** Collections that are not erased with a team, each for a reason. */
const EXEMPT: Readonly<Record<string, string>> = {
  [collections.TEAMS]: 'says that the team was deleted, and goes last',
  [collections.TEAM_SLUGS]: 'is freed as the team is deleted',
  [collections.TEAM_DOMAINS]: 'are freed as the team is deleted',
  [collections.RATES]: 'name callers by hashes alone, and go after a minute',
};

const ALL = Object.values(collections).filter((value) => typeof value === 'string');

describe('FirestoreTeamEraser', () => {
  it('knows every collection there is', () => {
    expect([...ERASED_COLLECTIONS, ...Object.keys(EXEMPT)].sort()).toEqual([...ALL].sort());
  });
});

teamEraserContract('FirestoreTeamEraser', async () => {
  const { firestore, close } = await openFirestore();
  const key = generateSecretKey();
  const box = new SecretBox(() => readSecretKeys(key));
  const now = () => NOW;
  const events = new FirestoreEventFeed({ firestore, logger: silentLogger });
  const inbox = new FirestoreInboxStore({ firestore, logger: silentLogger });
  const unarmed = new UnarmedAlarms(firestore, { now });
  return {
    stores: {
      timers: new FirestoreTimerStore({ firestore, now, plans: plansKeeping(1_000) }),
      schedules: new FirestoreScheduleStore(firestore),
      shares: new FirestoreShareStore(firestore),
      apiKeys: new FirestoreApiKeyStore(firestore),
      namedSecrets: new FirestoreSecretStore(firestore, box),
      signingSecrets: new FirestoreSigningSecretStore(firestore, new SigningSecretBox(box)),
      context: new FirestoreContextStore(firestore),
      budgets: new FirestoreBudgetStore(firestore),
      quotas: new FirestoreQuotaLedger(firestore, now),
      inbox,
      runners: new FirestoreRunnerStore(firestore),
      endpoints: new FirestoreEndpointStore(firestore),
      audit: new FirestoreAuditLog(firestore),
      events,
      idempotency: new FirestoreIdempotencyStore(firestore),
    },
    keepMore: (teamId) => unarmed.remember({ teamId, timerId: 'tmr_1', at: NOW, generation: 1 }),
    eraser: new FirestoreTeamEraser(firestore),
    dump: () => dump(firestore),
    places: ALL.filter((collection) => EXEMPT[collection] === undefined),
    close: async () => {
      events.close();
      inbox.close();
      await close();
    },
  };
});

/** Every collection, and those of the same name as that of the timers below others. */
async function dump(firestore: Firestore): Promise<Kept[]> {
  const queries = [
    ...ALL.map((place) => firestore.collection(place)),
    firestore.collectionGroup(collections.TIMERS),
  ];
  const found = await Promise.all(queries.map((query) => query.get()));
  return found
    .flatMap(({ docs }) => docs)
    .map((doc) => ({
      place: doc.ref.path.split('/')[0] ?? '',
      text: `${doc.ref.path} ${JSON.stringify(doc.data())}`,
    }));
}
