import { randomUUID } from 'node:crypto';
import { FirestoreMock } from '@firebase-bridge/firestore-admin';
import { Firestore } from 'firebase-admin/firestore';

export interface OpenFirestore {
  firestore: Firestore;
  close(): Promise<void>;
}

/** An empty database: in this process, or a project of its own in the emulator at FIRESTORE_EMULATOR_HOST when that is set. */
export async function openFirestore(): Promise<OpenFirestore> {
  const projectId = `demo-minoots-${randomUUID().slice(0, 8)}`;
  if (process.env.FIRESTORE_EMULATOR_HOST) {
    // Unless told the domain, the client library looks for Google's metadata server, emulator or not.
    const firestore = new Firestore({ projectId, universeDomain: 'googleapis.com' });
    return { firestore, close: () => firestore.terminate() };
  }
  const environment = new FirestoreMock();
  environment.systemTime.custom(risingClock());
  const firestore = environment.createDatabase(projectId).firestore();
  return { firestore, close: async () => environment.deleteAll() };
}

/** The in-process database tells commits apart by the millisecond, and loses an update where two share one. */
function risingClock(): () => Date {
  let last = 0;
  return () => {
    last = Math.max(last + 1, Date.now());
    return new Date(last);
  };
}
