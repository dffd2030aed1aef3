import type { TimerFilter } from '@minoots/core';
import { type CollectionReference, GrpcStatus, type QueryDocumentSnapshot } from 'firebase-admin/firestore';
import { grpcStatusOf } from './storage-faults.ts';
import { isPurged } from './timer-document.ts';

/** Documents of one step of a removal. */
const STEP = 500;
const MAX_ATTEMPTS = 5;
const PASSING = new Set<unknown>([GrpcStatus.ABORTED, GrpcStatus.RESOURCE_EXHAUSTED, GrpcStatus.UNAVAILABLE]);

/** Removes a team's settled timers that match and have nothing left to do, oldest first, step by step; answers how many. */
export async function removeSettled(
  timers: CollectionReference,
  teamId: string,
  { statuses = [], settledBefore = Number.MAX_SAFE_INTEGER }: Pick<TimerFilter, 'statuses' | 'settledBefore'>,
  now: number,
): Promise<number> {
  if (statuses.length === 0) return 0;
  const ordered = timers
    .where('teamId', '==', teamId)
    .where('status', 'in', [...new Set(statuses)])
    .where('settledAt', '<', settledBefore)
    .orderBy('settledAt')
    .select('purgeAt', 'settledAt', 'alarmAt')
    .limit(STEP);
  let removed = 0;
  let last: QueryDocumentSnapshot | undefined;
  do {
    const { docs } = await (last === undefined ? ordered : ordered.startAfter(last)).get();
    removed += await removeUnchanged(
      timers,
      docs.filter((doc) => doc.get('alarmAt') === null && !isPurged(doc.data(), now)),
    );
    last = docs.length < STEP ? undefined : docs.at(-1);
  } while (last !== undefined);
  return removed;
}

/** Removes those documents that nobody has written since they were read: a timer that is redelivered at that moment stays. */
async function removeUnchanged(
  timers: CollectionReference,
  docs: readonly QueryDocumentSnapshot[],
): Promise<number> {
  const writer = timers.firestore.bulkWriter({ throttling: false });
  writer.onWriteError(({ code, failedAttempts }) => PASSING.has(code) && failedAttempts < MAX_ATTEMPTS);
  const removals = docs.map(async ({ ref, updateTime }) => {
    try {
      await writer.delete(ref, { lastUpdateTime: updateTime });
      return 1;
    } catch (error) {
      const status = grpcStatusOf(error);
      if (status === GrpcStatus.FAILED_PRECONDITION || status === GrpcStatus.NOT_FOUND) return 0;
      throw error;
    }
  });
  const [counts] = await Promise.all([Promise.all(removals), writer.close()]);
  return counts.reduce<number>((sum, count) => sum + count, 0);
}
