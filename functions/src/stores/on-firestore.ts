import { AsyncLocalStorage } from 'node:async_hooks';
import type { CallProperties } from '@grpc/grpc-js';
import { StorageUnavailable } from '@minoots/core';
import { GrpcStatus, type Settings } from 'firebase-admin/firestore';
import { grpcStatusOf } from './grpc-status.ts';

/** How long Firestore may take over one piece of work, in ms, before the request that it is for is refused. */
export const STORAGE_DEADLINE_MS = 10_000;

/** What passes by itself. */
const PASSING = new Set<unknown>([
  GrpcStatus.UNAVAILABLE,
  GrpcStatus.DEADLINE_EXCEEDED,
  GrpcStatus.RESOURCE_EXHAUSTED,
  GrpcStatus.ABORTED,
  GrpcStatus.CANCELLED,
  GrpcStatus.INTERNAL,
  GrpcStatus.UNKNOWN,
]);

/** When the work of which a call is part has to end, in epoch ms. */
const deadlines = new AsyncLocalStorage<number>();

/**
 * What a client of Firestore needs, so that work given up by `onFirestore` ends. By itself the client library repeats a
 * failed write for ten minutes and has no setting for that: a refused change would still be made when Firestore is back.
 */
export const FIRESTORE_SETTINGS: Settings = { 'grpc.callInvocationTransformer': endAtDeadline };

/**
 * Does work on Firestore: waits for its end, or for the deadline. A write that is under way at that moment may still be
 * carried out; no further one is sent.
 * @param deadlineMs ms from now
 * @throws StorageUnavailable when Firestore cannot do it at present, or not in time; every other error as it is
 */
export async function onFirestore<T>(work: () => Promise<T>, deadlineMs = STORAGE_DEADLINE_MS): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(new StorageUnavailable(`Firestore has not answered in ${deadlineMs} ms`));
  const timer = setTimeout(giveUp, deadlineMs);
  try {
    return await Promise.race([deadlines.run(Date.now() + deadlineMs, work), late]);
  } catch (error) {
    if (!PASSING.has(grpcStatusOf(error))) throw error;
    throw new StorageUnavailable('Firestore does not answer at present', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Lets a call of gRPC last as long as the work has that it is part of. */
export function endAtDeadline(call: CallProperties<unknown, unknown>): CallProperties<unknown, unknown> {
  const deadline = deadlines.getStore();
  if (deadline === undefined) return call;
  const own = Number(call.callOptions.deadline ?? Number.POSITIVE_INFINITY);
  return { ...call, callOptions: { ...call.callOptions, deadline: Math.min(own, deadline) } };
}
