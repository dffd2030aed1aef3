import { StorageUnavailable } from '@minoots/core';
import { GrpcStatus } from 'firebase-admin/firestore';

/** What passes by itself: the client library has retried it for as long as it will. */
const PASSING = new Set<unknown>([
  GrpcStatus.UNAVAILABLE,
  GrpcStatus.DEADLINE_EXCEEDED,
  GrpcStatus.RESOURCE_EXHAUSTED,
  GrpcStatus.ABORTED,
  GrpcStatus.CANCELLED,
  GrpcStatus.INTERNAL,
  GrpcStatus.UNKNOWN,
]);

/**
 * Waits for work on Firestore.
 * @throws StorageUnavailable when Firestore cannot do it at present; every other error as it is
 */
export async function storageFaults<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!PASSING.has(grpcStatusOf(error))) throw error;
    throw new StorageUnavailable('Firestore does not answer at present', { cause: error });
  }
}

/** The gRPC status of an error of the client library; null of any other error. */
export function grpcStatusOf(error: unknown): GrpcStatus | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number') return null;
  return error.code;
}

/** The condition that a write stood under does not hold: its document is not as it was, or not there any more. */
export const CHANGED: readonly GrpcStatus[] = [
  GrpcStatus.ALREADY_EXISTS,
  GrpcStatus.FAILED_PRECONDITION,
  GrpcStatus.NOT_FOUND,
];

/** Waits for work; null where it fails with one of the given statuses. */
export async function unless<T>(statuses: readonly GrpcStatus[], work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    const status = grpcStatusOf(error);
    if (status === null || !statuses.includes(status)) throw error;
    return null;
  }
}
