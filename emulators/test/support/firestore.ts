import { randomUUID } from 'node:crypto';
import { deleteApp, initializeApp } from 'firebase-admin/app';
import { type Firestore, getFirestore } from 'firebase-admin/firestore';
import {
  type FirestoreEmulator,
  type FirestoreEmulatorOptions,
  startFirestoreEmulator,
} from '../../src/index.ts';

export interface Bench {
  emulator: FirestoreEmulator;
  /** Client of an empty database, over the wire. */
  firestore(): Firestore;
  close(): Promise<void>;
}

/** Starts an emulator and points the Admin SDK at it. */
export async function openBench(options?: FirestoreEmulatorOptions): Promise<Bench> {
  const emulator = await startFirestoreEmulator(options);
  const apps: ReturnType<typeof initializeApp>[] = [];
  return {
    emulator,
    firestore() {
      process.env.FIRESTORE_EMULATOR_HOST = emulator.address;
      // Nothing answers where the client would look for Google's metadata server.
      process.env.METADATA_SERVER_DETECTION = 'none';
      const name = `demo-${randomUUID().slice(0, 8)}`;
      const app = initializeApp({ projectId: name }, name);
      apps.push(app);
      return getFirestore(app);
    },
    async close() {
      await Promise.all(apps.map(deleteApp));
      await emulator.close();
    },
  };
}
