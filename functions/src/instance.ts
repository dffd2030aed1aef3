import { initializeApp } from 'firebase-admin/app';
import { getFirestore } from 'firebase-admin/firestore';
import { CloudTaskQueues } from './alarms/task-queues.ts';
import type { StripeSettings } from './billing/stripe-payments.ts';
import { composeEngine, type Engine } from './engine.ts';
import { FirebaseAccounts } from './identity/firebase-accounts.ts';
import { FirebaseIdTokens } from './identity/firebase-id-tokens.ts';
import { fetchIdTokenOf, RememberedIdTokens } from './identity/google-id-tokens.ts';
import { cloudLogger } from './logger.ts';
import { readEngineSettings } from './settings.ts';
import { FIRESTORE_SETTINGS } from './stores/on-firestore.ts';

let started: Promise<Engine> | null = null;

/** The engine of this function instance, started at the first call. */
export function instance(): Promise<Engine> {
  started ??= start().catch((error: unknown) => {
    started = null;
    throw error;
  });
  return started;
}

async function start(): Promise<Engine> {
  const settings = readEngineSettings();
  const app = initializeApp({ projectId: settings.projectId });
  const firestore = getFirestore(app);
  firestore.settings(FIRESTORE_SETTINGS);
  const queues = new CloudTaskQueues({
    project: settings.projectId,
    region: settings.region,
    count: settings.fireQueues,
    urlOf: settings.fireUrl,
    serviceAccount: settings.serviceAccount,
    dispatchDeadlineMs: settings.fireTimeoutSeconds * 1_000,
    emulatorHost: settings.tasksEmulatorHost,
  });
  const { callerAccount } = settings;
  const idTokens = callerAccount === null ? null : new RememberedIdTokens(fetchIdTokenOf(callerAccount));
  // Loaded when the first person comes: most requests show an API key.
  const auth = async () => (await import('firebase-admin/auth')).getAuth(app);
  const users = new FirebaseIdTokens(auth);
  const accounts = new FirebaseAccounts(auth);
  const payments = settings.stripe === null ? null : await stripePayments(settings.stripe);
  return composeEngine({
    ...settings,
    firestore,
    queues,
    idTokens,
    users,
    accounts,
    payments,
    logger: cloudLogger,
  });
}

/** Loaded where it is wanted: no other deployment has to. */
async function stripePayments(settings: StripeSettings) {
  const { StripePayments } = await import('./billing/stripe-payments.ts');
  return new StripePayments(settings);
}
