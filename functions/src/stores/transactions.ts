import { setTimeout } from 'node:timers/promises';
import { type Firestore, GrpcStatus, type Transaction } from 'firebase-admin/firestore';
import { grpcStatusOf } from './grpc-status.ts';

/** What a new attempt may mend at once: above all another change to the same document that came in between. */
const REPEATED = new Set<unknown>([
  GrpcStatus.ABORTED,
  GrpcStatus.CANCELLED,
  GrpcStatus.INTERNAL,
  GrpcStatus.UNAVAILABLE,
  GrpcStatus.UNKNOWN,
]);
const MAX_ATTEMPTS = 25;
const LONGEST_WAIT_MS = 400;

/**
 * Runs work in a transaction, again after changes that came in between: enough for 20 rivals over one document, within
 * about 5 s. The client library would wait for a second before its first repetition, and timers fire late by it.
 * @param work may run several times; what it throws without a gRPC status ends the transaction
 */
export async function inTransaction<T>(
  firestore: Firestore,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await firestore.runTransaction(work, { maxAttempts: 1 });
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !REPEATED.has(grpcStatusOf(error))) throw error;
    }
    await setTimeout(Math.random() * Math.min(LONGEST_WAIT_MS, 10 * 2 ** attempt));
  }
}

/** What a piece of work gave, or what it threw. */
export type Attempted<T> = { ok: true; value: T } | { ok: false; reason: unknown };

/** Carries what a decision threw past the repetitions of a transaction, whatever it looks like. */
export function attempt<T>(work: () => T): Attempted<T> {
  try {
    return { ok: true, value: work() };
  } catch (reason) {
    return { ok: false, reason };
  }
}
