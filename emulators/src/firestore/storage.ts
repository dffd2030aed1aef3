import type { Duplex } from 'node:stream';
import { FirestoreMock } from '@firebase-bridge/firestore-admin';
import type { google } from '@google-cloud/firestore-api/protos';
import * as z from 'zod';
import { RisingClock } from './clock.ts';

/**
 * Documents and queries over them, kept by the in-process database of @firebase-bridge/firestore-admin. Requests and
 * answers are those of `google.firestore.v1`; failures carry a gRPC code. A commit takes effect before `commit` returns
 * its promise.
 */
export interface Storage {
  commit(request: google.firestore.v1.ICommitRequest): Promise<google.firestore.v1.ICommitResponse>;
  get(
    request: google.firestore.v1.IBatchGetDocumentsRequest,
  ): Promise<google.firestore.v1.IBatchGetDocumentsResponse[]>;
  query(request: google.firestore.v1.IRunQueryRequest): Promise<google.firestore.v1.IRunQueryResponse[]>;
  aggregate(
    request: google.firestore.v1.IRunAggregationQueryRequest,
  ): Promise<google.firestore.v1.IRunAggregationQueryResponse[]>;
  listDocuments(request: google.firestore.v1.IListDocumentsRequest): Promise<google.firestore.v1.IDocument[]>;
  listCollectionIds(request: google.firestore.v1.IListCollectionIdsRequest): Promise<string[]>;
  /** Begins a transaction that sees the database as it is at its first read, and returns the transaction's id. */
  beginReadOnly(options: google.firestore.v1.TransactionOptions.IReadOnly): Promise<Uint8Array>;
  reset(): void;
}

/** The part of the in-process database's client that is used here. It has the methods of the generated client. */
interface Client {
  beginTransaction(
    request: google.firestore.v1.IBeginTransactionRequest,
  ): Promise<[google.firestore.v1.IBeginTransactionResponse, ...unknown[]]>;
  commit(
    request: google.firestore.v1.ICommitRequest,
  ): Promise<[google.firestore.v1.ICommitResponse, ...unknown[]]>;
  batchGetDocuments(request: google.firestore.v1.IBatchGetDocumentsRequest): Duplex;
  runQuery(request: google.firestore.v1.IRunQueryRequest): Duplex;
  runAggregationQuery(request: google.firestore.v1.IRunAggregationQueryRequest): Duplex;
  listDocuments(
    request: google.firestore.v1.IListDocumentsRequest,
  ): Promise<[google.firestore.v1.IDocument[], ...unknown[]]>;
  listCollectionIds(
    request: google.firestore.v1.IListCollectionIdsRequest,
  ): Promise<[string[], ...unknown[]]>;
}

/** Opens an empty database. Throws when Google would not take the project id: 6 to 30 of `a-z`, `0-9` and `-`. */
export function openStorage(projectId: string, databaseId: string): Storage {
  const environment = new FirestoreMock();
  const clock = new RisingClock();
  environment.systemTime.custom(() => clock.now());
  const controller = environment.createDatabase(projectId, databaseId);
  const client = clientOf(controller.firestore());
  return {
    commit: async (request) => {
      clock.tick();
      const [response] = await client.commit(request);
      return response;
    },
    get: async (request) => (request.documents?.length ? readAll(client.batchGetDocuments(request)) : []),
    query: (request) => readAll(client.runQuery(request)),
    aggregate: (request) => readAll(client.runAggregationQuery(request)),
    listDocuments: async (request) => (await client.listDocuments(request))[0],
    listCollectionIds: async (request) => (await client.listCollectionIds(request))[0],
    beginReadOnly: async (readOnly) => {
      const [{ transaction }] = await client.beginTransaction({ options: { readOnly } });
      return Buffer.from(transaction ?? []);
    },
    reset: () => controller.reset(),
  };
}

async function readAll<T>(stream: Duplex): Promise<T[]> {
  try {
    return await stream.toArray();
  } finally {
    stream.destroy();
  }
}

const pooled = z.object({
  _clientPool: z.custom<{ acquire(tag: string, grpc: boolean): Client }>(canAcquire),
});

/**
 * The package answers the calls of the Admin SDK by putting its own client into the SDK's pool. Nothing public leads to
 * that client; one that was acquired and never released stays open.
 */
function clientOf(firestore: unknown): Client {
  return pooled.parse(firestore)._clientPool.acquire('emulator', true);
}

function canAcquire(pool: unknown): boolean {
  return typeof pool === 'object' && pool !== null && 'acquire' in pool && typeof pool.acquire === 'function';
}
