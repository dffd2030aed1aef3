import { GrpcStatus } from 'firebase-admin/firestore';

/** The condition that a write stood under does not hold: its document is not as it was, or not there any more. */
export const CHANGED: readonly GrpcStatus[] = [
  GrpcStatus.ALREADY_EXISTS,
  GrpcStatus.FAILED_PRECONDITION,
  GrpcStatus.NOT_FOUND,
];

/** The gRPC status of an error of the client library; null of any other error. */
export function grpcStatusOf(error: unknown): GrpcStatus | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number') return null;
  return error.code;
}

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
