import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  type status,
} from '@grpc/grpc-js';
import type { Firestore } from 'firebase-admin/firestore';
import { connect } from './firestore.ts';

export interface MuteFirestore {
  firestore: Firestore;
  /** Resolves when the client gives a call up. */
  cancelled: Promise<void>;
  /** To be called when no work is under way. */
  close(): Promise<void>;
}

const METHODS = ['Commit', 'BatchWrite'];

/**
 * A database that takes writes and does not carry them out.
 * @param answer status of all its answers; null never to answer
 */
export async function openMuteFirestore(answer: status | null): Promise<MuteFirestore> {
  const cancelled = Promise.withResolvers<void>();
  const handle = (call: ServerUnaryCall<Buffer, Buffer>, reply: sendUnaryData<Buffer>) => {
    call.on('cancelled', () => cancelled.resolve());
    if (answer !== null) reply({ code: answer, details: 'told so' });
  };
  const asIs = (bytes: Buffer) => bytes;
  const server = new Server();
  for (const method of METHODS) {
    server.register(`/google.firestore.v1.Firestore/${method}`, handle, asIs, asIs, 'unary');
  }
  const bound = Promise.withResolvers<number>();
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
    error === null ? bound.resolve(port) : bound.reject(error),
  );
  const firestore = connect(`127.0.0.1:${await bound.promise}`);
  return {
    firestore,
    cancelled: cancelled.promise,
    close: async () => {
      await firestore.terminate();
      server.forceShutdown();
    },
  };
}
