import { type BulkWriter, type Firestore, type Query, Timestamp } from 'firebase-admin/firestore';
import { deleteUnchanged } from './bulk.ts';
import { IDEMPOTENCY, LEDGERS, MESSAGES, RATES, SHARDS, TIMERS, UNARMED, WINDOWS } from './collections.ts';
import { onFirestore } from './on-firestore.ts';

/** How long Firestore's TTL policies are given to delete a document that is over, in ms; they take about a day. */
export const PURGE_GRACE_MS = 3 * 86_400_000;

const PAGE = 500;

/** Documents deleted, by collection; among those of `timers`, at any depth, are events that no timer holds. */
export interface PurgeCounts {
  timers: number;
  idempotency: number;
  unarmed: number;
  messages: number;
  ledgers: number;
  windows: number;
  rates: number;
}

/**
 * Deletes what a TTL policy should have deleted `PURGE_GRACE_MS` ago: a policy may be missing, and emulators have none.
 * A document that changes meanwhile stays. May be run again at any time, also while another run is under way.
 * @param now epoch ms
 * @param limit documents of each collection; where a count reaches it there may be more
 * @throws StorageUnavailable
 */
export async function purgeExpired(firestore: Firestore, now: number, limit: number): Promise<PurgeCounts> {
  const until = now - PURGE_GRACE_MS;
  return {
    timers: await deleteExpired(firestore.collectionGroup(TIMERS), 'purgeAt', until, limit),
    idempotency: await deleteExpired(firestore.collection(IDEMPOTENCY), 'expireAt', until, limit),
    unarmed: await deleteExpired(firestore.collection(UNARMED), 'expireAt', until, limit),
    messages: await deleteExpired(firestore.collection(MESSAGES), 'expireAt', until, limit),
    ledgers: await deleteExpired(firestore.collection(LEDGERS), 'expireAt', until, limit),
    windows: await deleteExpired(firestore.collection(WINDOWS), 'expireAt', until, limit),
    rates: await deleteExpired(firestore.collection(RATES), 'expireAt', until, limit),
  };
}

/**
 * Deletes documents that ended at `until` (epoch ms) or before; answers how many. Costs one read and one delete each,
 * and a read for each of the 16 shards.
 *
 * An index on the field alone would be written at its end by every timer that settles and every request, which bounds
 * the collection to 500 writes/s: TTL fields are exempt from it. The index used here is of `shard` and the field, so
 * that the writes go to 16 places.
 * @param documents a whole collection or collection group
 * @param field of Timestamps or null: that of the TTL policy
 * @throws StorageUnavailable
 */
export async function deleteExpired(
  documents: Query,
  field: string,
  until: number,
  limit: number,
): Promise<number> {
  // One writer for all, as it keeps to the rate at which Firestore wants deletions to grow.
  const writer = documents.firestore.bulkWriter();
  let deleted = 0;
  try {
    for (let shard = 0; shard < SHARDS && deleted < limit; shard++) {
      const expired = documents
        .where('shard', '==', shard)
        .where(field, '<=', Timestamp.fromMillis(until))
        .orderBy(field)
        .select(field);
      deleted += await deletePages(writer, expired, limit - deleted);
    }
    return deleted;
  } finally {
    await writer.close();
  }
}

async function deletePages(writer: BulkWriter, query: Query, limit: number): Promise<number> {
  let deleted = 0;
  let page = query;
  while (deleted < limit) {
    const size = Math.min(PAGE, limit - deleted);
    const { docs } = await onFirestore(() => page.limit(size).get());
    deleted += await onFirestore(() => deleteUnchanged(writer, docs));
    const last = docs.at(-1);
    if (last === undefined || docs.length < size) break;
    // Not from the start again: what changed meanwhile may still be among the expired.
    page = query.startAfter(last);
  }
  return deleted;
}
