import type { google } from '@google-cloud/firestore-api/protos';
import { status } from '@grpc/grpc-js';
import { type Context, unary } from './calls.ts';
import { RpcFault, toServiceError } from './faults.ts';

/** The methods that write, and those that begin and end transactions. */
export function writeMethods(context: Context) {
  return {
    BeginTransaction: beginTransaction(context),
    Commit: commit(context),
    Rollback: rollback(context),
    BatchWrite: batchWrite(context),
  };
}

function beginTransaction({ databases }: Context) {
  return unary<google.firestore.v1.IBeginTransactionRequest, google.firestore.v1.IBeginTransactionResponse>(
    async ({ database, options }) => {
      const { id } = await databases.of(database).begin(options);
      return { transaction: id };
    },
  );
}

function commit(context: Context) {
  return unary<google.firestore.v1.ICommitRequest, google.firestore.v1.ICommitResponse>(
    ({ database, writes, transaction }) => commitWrites(context, database, writes ?? [], transaction),
  );
}

function rollback({ databases }: Context) {
  return unary<google.firestore.v1.IRollbackRequest, google.protobuf.IEmpty>(async (request) => {
    const database = databases.of(request.database);
    const { transaction } = await database.enter({ transaction: request.transaction ?? null });
    if (transaction) database.rollBack(transaction);
    return {};
  });
}

/** Each write of a batch stands alone: it succeeds or fails by itself, in no order. */
function batchWrite(context: Context) {
  return unary<google.firestore.v1.IBatchWriteRequest, google.firestore.v1.IBatchWriteResponse>(
    async ({ database, writes }) => {
      const outcomes = await Promise.all(
        (writes ?? []).map((write) =>
          commitWrites(context, database, [write]).then(
            ({ writeResults }) => ({ result: writeResults?.[0] ?? {}, status: { code: status.OK } }),
            (error: unknown) => {
              const { code, details } = toServiceError(error);
              return { result: {}, status: { code, message: details } };
            },
          ),
        ),
      );
      return {
        writeResults: outcomes.map((outcome) => outcome.result),
        status: outcomes.map((outcome) => outcome.status),
      };
    },
  );
}

/** Commits and counts. The writes of a commit that fails cost nothing. */
export async function commitWrites(
  { databases, meter }: Context,
  database: string | null | undefined,
  writes: google.firestore.v1.IWrite[],
  transaction?: Uint8Array | string | null,
): Promise<google.firestore.v1.ICommitResponse> {
  for (const { update } of writes) refuseLargeIntegers({ mapValue: { fields: update?.fields ?? {} } });
  const response = await databases.of(database).commit(writes, transaction);
  meter.committed(writes);
  return response;
}

// The in-process database computes with JavaScript's numbers: better no such integer than another one.
function refuseLargeIntegers(value: google.firestore.v1.IValue): void {
  if (value.integerValue != null && !Number.isSafeInteger(Number(value.integerValue))) {
    throw new RpcFault(
      status.UNIMPLEMENTED,
      `This emulator keeps integers up to 2^53 - 1: ${value.integerValue}`,
    );
  }
  for (const each of value.arrayValue?.values ?? []) refuseLargeIntegers(each);
  for (const each of Object.values(value.mapValue?.fields ?? {})) refuseLargeIntegers(each);
}
