import type { DuePage, DueRange, DueTimer } from '@minoots/core';
import { type CollectionReference, FieldPath } from 'firebase-admin/firestore';
import { QUERIED_SHARDS } from './collections.ts';
import { type Position, positionOf, readPosition } from './timer-position.ts';

type Due = DueTimer & Position<number>;

/**
 * Timers whose alarm is due within a range, earliest first; of those due at the same instant, in the order of their
 * document ids. Two queries, of which each reads up to a page.
 */
export async function listDue(timers: CollectionReference, range: DueRange): Promise<DuePage> {
  const { limit, after } = range;
  const position = after === null ? null : readPosition(after);
  const parts = await Promise.all(QUERIED_SHARDS.map((shards) => dueOf(timers, shards, range, position)));
  const page = parts.flat().sort(byPosition).slice(0, limit);
  const last = page.at(-1);
  return {
    due: page.map(({ id: _, ...due }) => due),
    next: last === undefined || page.length < limit ? null : positionOf(last),
  };
}

async function dueOf(
  timers: CollectionReference,
  shards: readonly number[],
  { from, until, limit }: DueRange,
  position: Position<number> | null,
): Promise<Due[]> {
  const ordered = timers
    .where('shard', 'in', shards)
    .where('alarmAt', '>=', from)
    .where('alarmAt', '<=', until)
    .orderBy('alarmAt')
    .orderBy(FieldPath.documentId())
    .select('teamId', 'id', 'alarmAt', 'generation');
  const query = position === null ? ordered : ordered.startAfter(position.at, position.id);
  const { docs } = await query.limit(limit).get();
  return docs.map((doc) => ({
    id: doc.id,
    teamId: doc.get('teamId'),
    timerId: doc.get('id'),
    at: doc.get('alarmAt'),
    generation: doc.get('generation'),
  }));
}

function byPosition(one: Due, other: Due): number {
  if (one.at !== other.at) return one.at - other.at;
  // Document ids are ASCII, so that this is Firestore's order too.
  return one.id < other.id ? -1 : Number(one.id > other.id);
}
