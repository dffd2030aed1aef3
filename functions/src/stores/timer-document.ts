import { isDeepStrictEqual } from 'node:util';
import { alarmAt, type Timer } from '@minoots/core';
import { type DocumentData, FieldValue, Timestamp } from 'firebase-admin/firestore';
import { shardOf } from './collections.ts';
import { pack, unpack } from './timer-packing.ts';

type Delivery = Timer['deliveries'][number];
/** A delivery as it is stored: its action is left out where the timer's own list has the same. */
type StoredDelivery = Omit<Delivery, 'action'> & Partial<Pick<Delivery, 'action'>>;

/** When each version that still stands in the timer's history was committed, by version. */
export type CommitTimes = Readonly<Record<string, Timestamp>>;

/**
 * A timer as a document: the aggregate in `timer`, and beside it what queries need. Instants are integers, epoch ms, but
 * those that Firestore itself sets or reads: `changedAt` (of this save), `commits` (of the save that made a version) and
 * `purgeAt` (when its TTL policy may delete the document; null while the timer is not settled).
 * @param id the document's
 * @param historyMs how long a settled timer is kept
 * @param commits of the document that this one replaces
 */
export function encodeTimer(
  timer: Timer,
  { id, historyMs, commits = {} }: { id: string; historyMs: number; commits?: CommitTimes },
): DocumentData {
  const settledAt = 'settledAt' in timer ? timer.settledAt : null;
  return {
    teamId: timer.teamId,
    id: timer.id,
    shard: shardOf(id),
    status: timer.status,
    agentId: timer.agentId === null ? null : term(timer.agentId),
    name: term(timer.name),
    labels: Object.entries(timer.labels).map(([key, value]) => labelTerm(key, value)),
    createdAt: timer.createdAt,
    fireAt: 'fireAt' in timer ? timer.fireAt : null,
    settledAt,
    alarmAt: alarmAt(timer),
    generation: timer.generation,
    changedAt: FieldValue.serverTimestamp(),
    commits: standingCommits(timer, commits),
    purgeAt: settledAt === null ? null : Timestamp.fromMillis(settledAt + historyMs),
    timer: pack(timer, toText),
  };
}

/** The timer in a document. Documents are written by `encodeTimer` alone. */
export function decodeTimer(data: DocumentData): Timer {
  const stored = JSON.parse(unpack(data.timer));
  const deliveries = stored.deliveries.map((delivery: StoredDelivery) => ({
    ...delivery,
    action: delivery.action ?? stored.actions[delivery.number - 1],
  }));
  return { ...stored, deliveries };
}

/** Whether two documents hold the very same timer. */
export function holdsSameTimer(one: DocumentData, other: DocumentData): boolean {
  return unpack(one.timer) === unpack(other.timer);
}

/** Whether the timer's history is over; Firestore deletes such a document within about a day. */
export function isPurged({ purgeAt }: DocumentData, now: number): boolean {
  return purgeAt instanceof Timestamp && purgeAt.toMillis() <= now;
}

/** A text as queries find it: Firestore takes no lone surrogates, JSON texts may hold them. */
export function term(text: string): string {
  return text.toWellFormed();
}

/** A label as queries find it. Keys hold no "=". */
export function labelTerm(key: string, value: string): string {
  return term(`${key}=${value}`);
}

function standingCommits({ log }: Timer, before: CommitTimes): Record<string, Timestamp | FieldValue> {
  return Object.fromEntries(
    log.map(({ version }) => [version, before[version] ?? FieldValue.serverTimestamp()] as const),
  );
}

function toText({ deliveries, ...timer }: Timer): string {
  return JSON.stringify({
    ...timer,
    deliveries: deliveries.map(({ action, ...delivery }): StoredDelivery => {
      const known = timer.actions[delivery.number - 1];
      return action === known || isDeepStrictEqual(action, known) ? delivery : { ...delivery, action };
    }),
  });
}
