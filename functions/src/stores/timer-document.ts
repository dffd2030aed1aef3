import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  actionsOf,
  alarmAt,
  awaitedEndpoints,
  hasExhausted,
  isIdle,
  jobAt,
  keptUntil,
  type TeamPlan,
  type Timer,
  type TimerKey,
} from '@minoots/core';
import { type DocumentData, type DocumentSnapshot, FieldValue, Timestamp } from 'firebase-admin/firestore';
import { documentId, shardOf } from './collections.ts';
import { pack, packedSize, unpack } from './timer-packing.ts';

type Delivery = Timer['deliveries'][number];
type Action = Delivery['action'];
/** A delivery as it is stored: its action is the number of one in the timer's own list where that has the same. */
type StoredDelivery = Omit<Delivery, 'action'> & ({ action: Action } | { actionIndex: number });

/** When each version that still stands in the timer's history was committed, by version. */
export type CommitTimes = Readonly<Record<string, Timestamp>>;

/**
 * How long a timer is still there after the history of its team, in ms. A plan that keeps more has to be written into the
 * documents before their TTL policy goes by them, which is done each night.
 */
const PURGE_MARGIN_MS = 3 * 86_400_000;

export interface TimerDocumentOptions {
  /** The document's. */
  id: string;
  /** Of its team; needed once it is `over`. */
  plan?: TeamPlan | undefined;
  /** What this document takes the place of; absent for a new one. */
  replaced?: DocumentData | undefined;
  /** Documents of the counters that hold its places; absent where it counts against none. */
  counts?: readonly string[] | undefined;
  /** Tells this write from all others; a new one unless told. */
  changeId?: string;
}

/**
 * A timer as a document: the aggregate in `timer`, and beside it what queries need. Instants are integers, epoch ms, but
 * those that Firestore itself sets or reads: `insertedAt` (of the first save: the order of lists, since the clocks of
 * instances differ), `changedAt` (of this save), `commits` (of the save that made a version) and `purgeAt` (when its TTL
 * policy may delete the document; null until the timer is settled and has nothing left to do). `changeId` tells the save
 * from any other, and `insertId` is that of the first. `committedAt` is when the timer's version was committed where
 * another write than its save has come after that, and absent otherwise.
 */
export function encodeTimer(
  timer: Timer,
  { id, plan, replaced, counts = [], changeId = randomUUID() }: TimerDocumentOptions,
): DocumentData {
  const settledAt = 'settledAt' in timer ? timer.settledAt : null;
  const takeAt = jobAt(timer);
  const awaited = awaitedEndpoints(timer);
  return {
    teamId: timer.teamId,
    id: timer.id,
    shard: shardOf(id),
    status: timer.status,
    agentId: timer.agentId === null ? null : term(timer.agentId),
    name: term(timer.name),
    labels: Object.entries(timer.labels).map(([key, value]) => labelTerm(key, value)),
    parents: parentTerms(timer),
    awaits: timer.status === 'waiting' ? dependencyTerms(timer) : [],
    changeId,
    insertId: replaced?.insertId ?? changeId,
    insertedAt: replaced?.insertedAt ?? FieldValue.serverTimestamp(),
    fireAt: 'fireAt' in timer ? timer.fireAt : null,
    settledAt,
    // Absent otherwise, so that their indexes hold dead letters, jobs, and what waits for an endpoint or counts alone.
    ...(hasExhausted(timer) ? { hasExhausted: true } : {}),
    ...(takeAt === null ? {} : { jobAt: takeAt }),
    ...(awaited.length === 0 ? {} : { postponed: awaited }),
    ...(counts.length === 0 ? {} : { counts: [...counts] }),
    alarmAt: alarmAt(timer),
    generation: timer.generation,
    changedAt: FieldValue.serverTimestamp(),
    commits: standingCommits(timer, replaced?.commits ?? {}),
    purgeAt: purgeAtOf(timer, plan),
    timer: pack(timer, toText),
  };
}

/** When the timer ended, epoch ms; null where it has not, or has something left to do. */
export function overSince(timer: Timer): number | null {
  return 'settledAt' in timer && isIdle(timer) ? timer.settledAt : null;
}

/** `purgeAt` of a timer that is over. @param since epoch ms */
export function purgeInstant(plan: TeamPlan, since: number): Timestamp {
  return Timestamp.fromMillis(keptUntil(plan, since) + PURGE_MARGIN_MS);
}

/** When the version of the timer in a document was committed. */
export function commitOf(doc: DocumentSnapshot): Timestamp | undefined {
  return doc.get('committedAt') ?? doc.updateTime;
}

/** The timer in a document. Documents are written by `encodeTimer` alone. */
export function decodeTimer(data: DocumentData): Timer {
  const stored = JSON.parse(unpack(data.timer));
  const deliveries = stored.deliveries.map(
    ({ actionIndex, ...delivery }: Delivery & { actionIndex?: number }) =>
      actionIndex === undefined
        ? delivery
        : { ...delivery, action: actionsOf(stored.events, delivery.trigger)[actionIndex] },
  );
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

/** A timer as its children are found by. Hashed, since an index on ids that clients choose may be slow to write. */
export function parentTerm({ teamId, timerId }: TimerKey): string {
  return documentId(teamId, timerId);
}

function parentTerms(timer: Timer): string[] {
  const { teamId, lineage } = timer;
  const maker = lineage === null ? [] : [parentTerm({ teamId, timerId: lineage.parentId })];
  return [...new Set([...dependencyTerms(timer), ...maker])];
}

function dependencyTerms({ teamId, dependencies }: Timer): string[] {
  return dependencies?.parents.map(({ id: timerId }) => parentTerm({ teamId, timerId })) ?? [];
}

function purgeAtOf(timer: Timer, plan: TeamPlan | undefined): Timestamp | null {
  const since = overSince(timer);
  if (since === null) return null;
  if (plan === undefined) throw new Error('how long a timer is kept that is over depends on the plan');
  return purgeInstant(plan, since);
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
      const known = actionsOf(timer.events, delivery.trigger);
      const actionIndex = known.findIndex((each) => each === action || isDeepStrictEqual(each, action));
      return actionIndex < 0 ? { ...delivery, action } : { ...delivery, actionIndex };
    }),
  });
}
