import type { InsertOutcome, Timer } from '@minoots/core';
import {
  type DocumentData,
  type DocumentReference,
  type Firestore,
  GrpcStatus,
} from 'firebase-admin/firestore';
import { openBulkWriter } from './bulk.ts';
import { grpcStatusOf } from './grpc-status.ts';
import { decodeTimer, isPurged, isSameInsert } from './timer-document.ts';
import { inTransaction } from './transactions.ts';

/** A timer that shall be added, as the document it becomes. */
export interface NewDocument {
  timer: Timer;
  ref: DocumentReference;
  data: DocumentData;
}

/** Length of a timer, of up to 3 bytes each, to which it is written with others: 20 share a request, which holds 10 MiB. */
const SHARED_REQUEST_LENGTH = 150_000;

/**
 * Adds timers, each judged by itself; tells for each one what came of it. Of several that want one document the first is
 * tried, and holds it against the others.
 */
export async function insertDocuments(
  firestore: Firestore,
  documents: readonly NewDocument[],
  now: () => number,
): Promise<InsertOutcome[]> {
  const writer = openBulkWriter(firestore);
  const create = ({ ref, data }: NewDocument) =>
    documents.length === 1 || data.timer.length > SHARED_REQUEST_LENGTH
      ? ref.create(data)
      : writer.create(ref, data);
  const firsts = new Map<string, { timer: Timer; outcome: Promise<InsertOutcome> }>();
  const outcomes = documents.map((document) => {
    const first = firsts.get(document.ref.id);
    if (first !== undefined) return outcomeOfLater(first.timer, first.outcome);
    const outcome = outcomeOf(document, create(document), firestore, now);
    firsts.set(document.ref.id, { timer: document.timer, outcome });
    return outcome;
  });
  const [all] = await Promise.all([Promise.all(outcomes), writer.close()]);
  return all;
}

async function outcomeOfLater(first: Timer, outcome: Promise<InsertOutcome>): Promise<InsertOutcome> {
  const { inserted } = await outcome;
  return inserted ? { inserted: false, existing: first } : outcome;
}

async function outcomeOf(
  document: NewDocument,
  creation: Promise<unknown>,
  firestore: Firestore,
  now: () => number,
): Promise<InsertOutcome> {
  try {
    await creation;
    return { inserted: true };
  } catch (error) {
    if (grpcStatusOf(error) !== GrpcStatus.ALREADY_EXISTS) throw error;
    return insertAnyway(firestore, document, now);
  }
}

/** Looks at what holds the id: it may be gone by now, its history may be over, and it may be our own write, sent twice. */
function insertAnyway(
  firestore: Firestore,
  { ref, data }: NewDocument,
  now: () => number,
): Promise<InsertOutcome> {
  return inTransaction(firestore, async (transaction) => {
    const held = (await transaction.get(ref)).data();
    if (held === undefined || isPurged(held, now())) {
      transaction.set(ref, data);
      return { inserted: true };
    }
    return isSameInsert(held, data) ? { inserted: true } : { inserted: false, existing: decodeTimer(held) };
  });
}
