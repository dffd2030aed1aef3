import type { TimerFilter } from '@minoots/core';
import type { CollectionReference, QueryDocumentSnapshot } from 'firebase-admin/firestore';
import { deleteUnchanged, openBulkWriter } from './bulk.ts';
import { onFirestore } from './on-firestore.ts';
import { isPurged } from './timer-document.ts';

/** Documents of one step of a removal. */
const STEP = 500;

/**
 * Removes a team's settled timers that match and have nothing left to do, oldest first, step by step; answers how many. One
 * that is redelivered at that moment stays. Each step has as long as Firestore may take; what was removed before one that
 * fails is gone.
 * @throws StorageUnavailable
 */
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
    .select('purgeAt', 'settledAt')
    .limit(STEP);
  let removed = 0;
  let last: QueryDocumentSnapshot | undefined;
  do {
    const page = last === undefined ? ordered : ordered.startAfter(last);
    const { docs } = await onFirestore(() => page.get());
    // Without `purgeAt` it has something left to do.
    const removable = docs.filter((doc) => doc.get('purgeAt') !== null && !isPurged(doc.data(), now));
    removed += await onFirestore(() => remove(timers, removable));
    last = docs.length < STEP ? undefined : docs.at(-1);
  } while (last !== undefined);
  return removed;
}

async function remove(timers: CollectionReference, docs: readonly QueryDocumentSnapshot[]): Promise<number> {
  const writer = openBulkWriter(timers.firestore);
  try {
    return await deleteUnchanged(writer, docs);
  } finally {
    await writer.close();
  }
}
