import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { alarmAt, type Timer } from '@minoots/core';
import { type DocumentData, FieldValue, Timestamp } from 'firebase-admin/firestore';
import { shardOf } from './collections.ts';
import { pack, packedSize, unpack } from './timer-packing.ts';

type Delivery = Timer['deliveries'][number];
/** A delivery as it is stored: its action is left out where the timer's own list has the same. */
type StoredDelivery = Omit<Delivery, 'action'> & Partial<Pick<Delivery, 'action'>>;

/** When each version that still stands in the timer's history was committed, by version. */
export type CommitTimes = Readonly<Record<string, Timestamp>>;

export interface TimerDocumentOptions {
  /** The document's. */
  id: string;
  /** How long a settled timer is kept. */
  historyMs: number;
  /** What this document takes the place of; absent for a new one. */
  replaced?: DocumentData | undefined;
  /** Tells this write from all others; a new one unless told. */
  changeId?: string;
}

/**
 * A timer as a document: the aggregate in `timer`, and beside it what queries need. Instants are integers, epoch ms, but
 * those that Firestore itself sets or reads: `insertedAt` (of the first save: the order of lists, since the clocks of
 * instances differ), `changedAt` (of this save), `commits` (of the save that made a version) and `purgeAt` (when its TTL
 * policy may delete the document; null while the timer is not settled). `changeId` tells the save from any other, and
 * `insertId` is that of the first.
 */
export function encodeTimer(
  timer: Timer,
  { id, historyMs, replaced, changeId = randomUUID() }: TimerDocumentOptions,
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
    changeId,
    insertId: replaced?.insertId ?? changeId,
    insertedAt: replaced?.insertedAt ?? FieldValue.serverTimestamp(),
    fireAt: 'fireAt' in timer ? timer.fireAt : null,
    settledAt,
    alarmAt: alarmAt(timer),
    generation: timer.generation,
    changedAt: FieldValue.serverTimestamp(),
    commits: standingCommits(timer, replaced?.commits ?? {}),
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

/** What the timer in a document takes in memory, in bytes, more or less. */
export function sizeOf({ timer }: DocumentData): number {
  return packedSize(timer);
}

/** Whether two documents came of one insert, whatever has changed since. */
export function isSameInsert(one: DocumentData, other: DocumentData): boolean {
  return one.insertId === other.insertId;
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
