import {
  type BulkWriter,
  type Firestore,
  GrpcStatus,
  type QueryDocumentSnapshot,
} from 'firebase-admin/firestore';
import { CHANGED, unless } from './grpc-status.ts';

/** Waits in between add up to some 8 s. */
const MAX_ATTEMPTS = 5;
/** What the client library itself repeats when it writes in bulk. */
const PASSING = new Set<unknown>([GrpcStatus.ABORTED, GrpcStatus.RESOURCE_EXHAUSTED, GrpcStatus.UNAVAILABLE]);

/** A writer for what somebody waits for: it keeps to no rate, and gives up early. */
export function openBulkWriter(firestore: Firestore): BulkWriter {
  const writer = firestore.bulkWriter({ throttling: false });
  writer.onWriteError(({ code, failedAttempts }) => PASSING.has(code) && failedAttempts < MAX_ATTEMPTS);
  return writer;
}

/** Deletes those documents that nobody has written since they were read; answers how many. */
export async function deleteUnchanged(
  writer: BulkWriter,
  docs: readonly QueryDocumentSnapshot[],
): Promise<number> {
  const deletions = docs.map(({ ref, updateTime }) =>
    unless(CHANGED, writer.delete(ref, { lastUpdateTime: updateTime })),
  );
  const [results] = await Promise.all([Promise.all(deletions), writer.flush()]);
  return results.filter((result) => result !== null).length;
}
