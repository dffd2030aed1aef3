import type { Deps, SecretBox } from '@minoots/core';
import type { Firestore } from 'firebase-admin/firestore';
import { FirestoreAuditLog } from './firestore-audit-log.ts';
import { FirestoreBudgetStore } from './firestore-budget-store.ts';
import { FirestoreContextStore } from './firestore-context-store.ts';
import { FirestoreEndpointStore } from './firestore-endpoint-store.ts';
import { FirestoreQuotaLedger } from './firestore-quota-ledger.ts';
import { FirestoreRunnerStore } from './firestore-runner-store.ts';
import { FirestoreScheduleStore } from './firestore-schedule-store.ts';
import { FirestoreSecretStore } from './firestore-secret-store.ts';
import { FirestoreShareStore } from './firestore-share-store.ts';
import { FirestoreTeamEraser } from './firestore-team-eraser.ts';

export interface FirestoreStoresOptions {
  firestore: Firestore;
  now: () => number;
  /** Seals the named secrets of teams. */
  secretBox: SecretBox;
  /** Whether somebody moves time at will, who does not wait for what another instance has changed. */
  isVirtual: boolean;
}

/** The stores that need little more than their database. */
export function firestoreStores({ firestore, now, secretBox, isVirtual }: FirestoreStoresOptions) {
  return {
    context: new FirestoreContextStore(firestore),
    namedSecrets: new FirestoreSecretStore(firestore, secretBox),
    budgets: new FirestoreBudgetStore(firestore),
    quotas: new FirestoreQuotaLedger(firestore, now),
    schedules: new FirestoreScheduleStore(firestore),
    shares: new FirestoreShareStore(firestore),
    runners: new FirestoreRunnerStore(firestore),
    audit: new FirestoreAuditLog(firestore),
    eraser: new FirestoreTeamEraser(firestore),
    endpoints: new FirestoreEndpointStore(firestore, isVirtual ? { viewMs: 0 } : {}),
  } satisfies Partial<Deps>;
}
