import type { DependentPage, EndpointKey, FollowerRange, TimerKey, TimerPage } from '@minoots/core';
import { type CollectionReference, FieldPath, type Query } from 'firebase-admin/firestore';
import { decodeTimer, isPurged, parentTerm } from './timer-document.ts';

/** Timers that wait and have the given one among their parents, in the order of their document ids. */
export async function listDependents(
  timers: CollectionReference,
  parent: TimerKey,
  range: FollowerRange,
): Promise<DependentPage> {
  const waiting = timers.where('awaits', 'array-contains', parentTerm(parent));
  const { docs } = await pageOf(waiting, range).select('id').get();
  return {
    timerIds: docs.map((doc) => doc.get('id')),
    next: docs.length < range.limit ? null : (docs.at(-1)?.id ?? null),
  };
}

/** Timers that have the given one among their parents, or were made by it, in the order of their document ids. */
export async function listChildren(
  timers: CollectionReference,
  parent: TimerKey,
  range: FollowerRange,
  now: number,
): Promise<TimerPage> {
  const children = timers.where('parents', 'array-contains', parentTerm(parent));
  const { docs } = await pageOf(children, range).get();
  return {
    timers: docs.filter((doc) => !isPurged(doc.data(), now)).map((doc) => decodeTimer(doc.data())),
    next: docs.length < range.limit ? null : (docs.at(-1)?.id ?? null),
  };
}

/** Timers with deliveries that wait for an endpoint, whose id no other team's has, in the order of their document ids. */
export async function listPostponed(
  timers: CollectionReference,
  { endpointId }: EndpointKey,
  range: FollowerRange,
): Promise<DependentPage> {
  const waiting = timers.where('postponed', 'array-contains', endpointId);
  const { docs } = await pageOf(waiting, range).select('id').get();
  return {
    timerIds: docs.map((doc) => doc.get('id')),
    next: docs.length < range.limit ? null : (docs.at(-1)?.id ?? null),
  };
}

function pageOf(query: Query, { limit, after }: FollowerRange): Query {
  const ordered = query.orderBy(FieldPath.documentId());
  return (after === null ? ordered : ordered.startAfter(after)).limit(limit);
}
