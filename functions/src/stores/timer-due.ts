import type { DuePage, DueRange, DueTimer } from '@minoots/core';
import { type CollectionReference, FieldPath } from 'firebase-admin/firestore';
import { SHARDS } from './collections.ts';
import { type Position, positionOf, readPosition } from './timer-position.ts';

type Due = DueTimer & { id: string };

/**
 * Timers whose alarm is due within a range, earliest first; of those due at the same instant, in the order of their
 * document ids. One query per shard. A page may be short and have a next one: a shard is asked for little more than its
 * share, as what is read beyond the page is read again with the next.
 */
export async function listDue(
  timers: CollectionReference,
  { from, until, limit, after }: DueRange,
): Promise<DuePage> {
  const position = after === null ? null : readPosition(after);
  const share = Math.min(limit + 1, 2 * Math.ceil(limit / SHARDS) + 4);
  const shards = await Promise.all(
    Array.from({ length: SHARDS }, (_, shard) => dueOfShard(timers, shard, { from, until, position, share })),
  );
  // Beyond the last of a shard that has more, that shard may hold some that come before those of others.
  const ends = shards.flatMap((due) => (due.length === share ? due.slice(-1) : []));
  const [end] = ends.sort(byPosition);
  const known = shards.flat().sort(byPosition);
  const page = known.filter((due) => end === undefined || byPosition(due, end) <= 0).slice(0, limit);
  const last = page.at(-1);
  const hasMore = page.length < known.length || end !== undefined;
  return {
    due: page.map(({ id: _, ...due }) => due),
    next: last !== undefined && hasMore ? positionOf(last) : null,
  };
}

async function dueOfShard(
  timers: CollectionReference,
  shard: number,
  range: { from: number; until: number; position: Position | null; share: number },
): Promise<Due[]> {
  const ordered = timers
    .where('shard', '==', shard)
    .where('alarmAt', '>=', range.from)
    .where('alarmAt', '<=', range.until)
    .orderBy('alarmAt')
    .orderBy(FieldPath.documentId())
    .select('teamId', 'id', 'alarmAt', 'generation');
  const query = range.position === null ? ordered : ordered.startAfter(range.position.at, range.position.id);
  const { docs } = await query.limit(range.share).get();
  return docs.map((doc) => ({
    id: doc.id,
    teamId: doc.get('teamId'),
    timerId: doc.get('id'),
    at: doc.get('alarmAt'),
    generation: doc.get('generation'),
  }));
}

function byPosition(one: Position, other: Position): number {
  if (one.at !== other.at) return one.at - other.at;
  // Document ids are ASCII, so that this is Firestore's order too.
  return one.id < other.id ? -1 : Number(one.id > other.id);
}
