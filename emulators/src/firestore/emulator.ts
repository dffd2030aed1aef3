import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Context } from './calls.ts';
import { Databases } from './databases.ts';
import { documentMethods } from './documents.ts';
import { listen } from './listen.ts';
import { Meter } from './meter.ts';
import { firestoreService } from './protocol.ts';
import { readMethods } from './reads.ts';
import { writeMethods } from './writes.ts';

export interface FirestoreEmulatorOptions {
  /** Address to listen on; 127.0.0.1 when left out. */
  host?: string;
  /** Port to listen on; any free one when left out. */
  port?: number;
  /** Roll a transaction back after this long without a request; 60,000 when left out, as in Firestore. */
  transactionIdleMs?: number;
  /** Refuse a request with ABORTED after it has waited this long for a document's lock; 20,000 when left out. */
  lockWaitMs?: number;
}

export interface FirestoreEmulator {
  /** `host:port`, as FIRESTORE_EMULATOR_HOST wants it. */
  address: string;
  /** What Google would bill, and the shapes of the queries. */
  meter: Meter;
  /** Drops all documents of all databases, rolls back what is under way, and sets the meter to nothing. */
  reset(): void;
  /** Ends every call and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts a server that speaks `google.firestore.v1.Firestore` and keeps its documents in memory. Databases of any
 * project come into being when they are named; there are no security rules and no indexes to be missed.
 */
export async function startFirestoreEmulator({
  host = '127.0.0.1',
  port = 0,
  transactionIdleMs = 60_000,
  lockWaitMs = 20_000,
}: FirestoreEmulatorOptions = {}): Promise<FirestoreEmulator> {
  const databases = new Databases({ transactionIdleMs, lockWaitMs });
  const meter = new Meter();
  const context: Context = { databases, meter };
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  server.addService(firestoreService, {
    ...readMethods(context),
    ...writeMethods(context),
    ...documentMethods(context),
    Listen: listen(context),
  });
  const bound = await bind(server, `${host}:${port}`);
  return {
    address: `${host}:${bound}`,
    meter,
    reset() {
      databases.reset();
      meter.reset();
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      server.forceShutdown();
      databases.reset();
      await closed;
    },
  };
}

function bind(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}
