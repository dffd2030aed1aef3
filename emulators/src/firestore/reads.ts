import type { google } from '@google-cloud/firestore-api/protos';
import { type ServerWritableStream, status } from '@grpc/grpc-js';
import { type Context, streaming, unary } from './calls.ts';
import type { Database } from './database.ts';
import { RpcFault } from './faults.ts';
import { masked } from './field-mask.ts';
import { collectionOf, idOf } from './resource-name.ts';
import type { Transaction, TransactionSelector } from './transactions.ts';

const ENTRIES_PER_READ = 1000;

/** The methods that read. */
export function readMethods(context: Context) {
  return {
    BatchGetDocuments: batchGetDocuments(context),
    RunQuery: runQuery(context),
    RunAggregationQuery: runAggregationQuery(context),
    ListDocuments: listDocuments(context),
    ListCollectionIds: listCollectionIds(context),
  };
}

function batchGetDocuments({ databases, meter }: Context) {
  return streaming<
    google.firestore.v1.IBatchGetDocumentsRequest,
    google.firestore.v1.IBatchGetDocumentsResponse
  >((request, call) =>
    within(databases.of(request.database), request, call, async (database, transaction) => {
      const names = request.documents ?? [];
      const answers = await database.get(names, request.mask, transaction);
      for (const name of names) meter.read(idOf(collectionOf(name)));
      return answers;
    }),
  );
}

function runQuery({ databases, meter }: Context) {
  type Answer = google.firestore.v1.IRunQueryResponse;
  return streaming<google.firestore.v1.IRunQueryRequest, Answer>((request, call) =>
    within(databases.of(request.parent), request, call, async (database, transaction): Promise<Answer[]> => {
      const query = request.structuredQuery ?? {};
      meter.query(query);
      const { documents, skipped, readTime } = await database.query(request, transaction);
      meter.read(query.from?.[0]?.collectionId ?? '', Math.max(1, documents.length + skipped));
      if (documents.length === 0) return [{ readTime, skippedResults: skipped }];
      return documents.map((document, index) => ({
        document,
        readTime,
        ...(index === 0 && { skippedResults: skipped }),
      }));
    }),
  );
}

function runAggregationQuery({ databases, meter }: Context) {
  return streaming<
    google.firestore.v1.IRunAggregationQueryRequest,
    google.firestore.v1.IRunAggregationQueryResponse
  >((request, call) =>
    within(databases.of(request.parent), request, call, async (database, transaction) => {
      const query = request.structuredAggregationQuery?.structuredQuery ?? {};
      meter.query(query);
      const { answer, entries } = await database.aggregate(request, transaction);
      const reads = Math.max(1, Math.ceil(entries / ENTRIES_PER_READ));
      meter.read(query.from?.[0]?.collectionId ?? '', reads);
      return [answer];
    }),
  );
}

function listDocuments({ databases, meter }: Context) {
  return unary<google.firestore.v1.IListDocumentsRequest, google.firestore.v1.IListDocumentsResponse>(
    async (request) => {
      const { parent, collectionId, showMissing, mask, pageToken, orderBy } = request;
      if (pageToken || orderBy) {
        throw new RpcFault(status.UNIMPLEMENTED, 'ListDocuments gives one page, ordered by name.');
      }
      const plain = { parent: parent ?? '', collectionId: collectionId ?? '', showMissing: !!showMissing };
      const documents = await databases.of(parent).listDocuments(plain);
      meter.read(plain.collectionId, Math.max(1, documents.length));
      return { documents: documents.map((document) => masked(document, mask)) };
    },
  );
}

function listCollectionIds({ databases, meter }: Context) {
  return unary<google.firestore.v1.IListCollectionIdsRequest, google.firestore.v1.IListCollectionIdsResponse>(
    async ({ parent }) => {
      const collectionIds = await databases.of(parent).listCollectionIds(parent ?? '');
      meter.read('');
      return { collectionIds };
    },
  );
}

/**
 * Reads within the transaction that the request names or begins. The first answer tells the id of a new one; when
 * the read fails or the client gives it up, nobody knows that id, so the transaction ends.
 */
async function within<
  Request extends TransactionSelector,
  Response extends { transaction?: Uint8Array | string | null },
>(
  database: Database,
  request: Request,
  call: ServerWritableStream<Request, Response>,
  read: (database: Database, transaction: Transaction | null) => Promise<Response[]>,
): Promise<Response[]> {
  const { transaction, isNew } = await database.enter(request);
  if (!transaction || !isNew) return read(database, transaction);
  const giveUp = () => database.rollBack(transaction);
  call.once('cancelled', giveUp);
  try {
    const [first, ...others] = await read(database, transaction);
    return first ? [{ ...first, transaction: transaction.id }, ...others] : [];
  } catch (error) {
    giveUp();
    throw error;
  } finally {
    // The server tells of a call that ended well in the same way.
    call.off('cancelled', giveUp);
  }
}
