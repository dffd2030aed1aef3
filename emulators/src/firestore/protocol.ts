import { createRequire } from 'node:module';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';

/** `google.firestore.v1.Firestore` as the client libraries know it. */
export const firestoreService: ServiceDefinition = readService('google.firestore.v1.Firestore');

function readService(name: string): ServiceDefinition {
  const require = createRequire(import.meta.url);
  // Integers of 64 bits as strings lose nothing; fields that were not sent stay absent, which keeps oneofs apart.
  const definitions = fromJSON(require('@google-cloud/firestore-api/build/protos/protos.json'), {
    longs: String,
    enums: String,
  });
  const service = definitions[name];
  if (!service || 'format' in service) throw new Error(`no service ${name} in the installed protocol`);
  return service;
}
