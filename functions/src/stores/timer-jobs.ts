import type { JobRange, TimerPage } from '@minoots/core';
import { type CollectionReference, FieldPath } from 'firebase-admin/firestore';
import { decodeTimer } from './timer-document.ts';
import { positionOf, readPosition } from './timer-position.ts';

/**
 * A page of the timers of a team whose first job may be taken at an instant within a range, earliest first; of those of
 * the same instant, in the order of their document ids. One query.
 */
export async function listJobs(
  timers: CollectionReference,
  teamId: string,
  { from, until, limit, after }: JobRange,
): Promise<TimerPage> {
  const ordered = timers
    .where('teamId', '==', teamId)
    .where('jobAt', '>=', from)
    .where('jobAt', '<=', until)
    .orderBy('jobAt')
    .orderBy(FieldPath.documentId());
  const position = after === null ? null : readPosition(after);
  const query = position === null ? ordered : ordered.startAfter(position.at, position.id);
  const { docs } = await query.limit(limit).get();
  const last = docs.at(-1);
  return {
    timers: docs.map((doc) => decodeTimer(doc.data())),
    next:
      last === undefined || docs.length < limit ? null : positionOf({ at: last.get('jobAt'), id: last.id }),
  };
}
