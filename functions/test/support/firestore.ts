import { randomUUID } from 'node:crypto';
import { type Meter, startFirestoreEmulator } from '@minoots/emulators';
import { Firestore, type Settings } from 'firebase-admin/firestore';
import { FIRESTORE_SETTINGS } from '../../src/stores/on-firestore.ts';

export interface OpenFirestore {
  firestore: Firestore;
  close(): Promise<void>;
}

export interface MeteredFirestore extends OpenFirestore {
  /** What Google would bill for, as seen on the wire. */
  meter: Meter;
}

/** An empty database: a project of its own in the emulator at FIRESTORE_EMULATOR_HOST, or in ours when that is not set. */
export async function openFirestore(): Promise<OpenFirestore> {
  const given = process.env.FIRESTORE_EMULATOR_HOST;
  if (!given) return openMeteredFirestore();
  const firestore = connect(given);
  return { firestore, close: () => firestore.terminate() };
}

/** An empty database behind an emulator of its own. */
export async function openMeteredFirestore(): Promise<MeteredFirestore> {
  const { address, meter, close } = await startFirestoreEmulator();
  const firestore = connect(address);
  return {
    firestore,
    meter,
    close: async () => {
      await firestore.terminate();
      await close();
    },
  };
}

/** @param settings beside those that the engine gives its client, or in their place */
export function connect(address: string, settings: Settings = {}): Firestore {
  const { hostname: host, port } = new URL(`http://${address}`);
  return new Firestore({
    projectId: `demo-minoots-${randomUUID().slice(0, 8)}`,
    host,
    port: Number(port),
    ssl: false,
    // Unless told the domain, the client library looks for Google's metadata server, emulator or not.
    universeDomain: 'googleapis.com',
    ...FIRESTORE_SETTINGS,
    ...settings,
  });
}
