import { randomUUID } from 'node:crypto';
import {
  type CheckPage,
  type CheckRange,
  checkAt,
  type Schedule,
  type ScheduleDecision,
  type ScheduleFilter,
  type ScheduleKey,
  type SchedulePage,
  type ScheduleStore,
} from '@minoots/core';
import {
  type CollectionReference,
  type DocumentData,
  type DocumentReference,
  FieldPath,
  FieldValue,
  type Firestore,
} from 'firebase-admin/firestore';
import { documentId, QUERIED_SHARDS, SCHEDULES, shardOf } from './collections.ts';
import { onFirestore } from './on-firestore.ts';
import { packSchedule, unpackSchedule } from './schedule-packing.ts';
import { commitPositionOf, positionOf, readCommitPosition, readPosition } from './timer-position.ts';
import { attempt, inTransaction } from './transactions.ts';

/**
 * Schedules in Firestore, one document each: the aggregate as JSON text in `schedule`, compressed where it is long, and beside it what queries need.
 * `insertId` tells an insert that was sent twice from another one.
 */
export class FirestoreScheduleStore implements ScheduleStore {
  readonly #firestore: Firestore;
  readonly #schedules: CollectionReference;

  constructor(firestore: Firestore) {
    this.#firestore = firestore;
    this.#schedules = firestore.collection(SCHEDULES);
  }

  /** One read and one write. */
  insert(schedule: Schedule): Promise<Schedule | null> {
    const ref = this.#refOf({ teamId: schedule.teamId, scheduleId: schedule.id });
    const data = {
      ...encode(ref, schedule),
      insertId: randomUUID(),
      insertedAt: FieldValue.serverTimestamp(),
    };
    const inserted = () =>
      inTransaction(this.#firestore, async (transaction) => {
        const held = (await transaction.get(ref)).data();
        if (held === undefined) transaction.create(ref, data);
        return held === undefined || held.insertId === data.insertId ? null : decode(held);
      });
    return onFirestore(inserted);
  }

  /** One read, and one write where something changes. */
  async update<R>(key: ScheduleKey, decide: (schedule: Schedule | null) => ScheduleDecision<R>): Promise<R> {
    const ref = this.#refOf(key);
    const decided = () =>
      inTransaction(this.#firestore, async (transaction) => {
        const held = (await transaction.get(ref)).data();
        const decision = attempt(() => decide(held === undefined ? null : decode(held)));
        if (!decision.ok) return decision;
        const { save, remove } = decision.value;
        if (save !== undefined)
          transaction.set(ref, {
            ...encode(ref, save),
            insertId: held?.insertId,
            insertedAt: held?.insertedAt,
          });
        else if (remove === true) transaction.delete(ref);
        return decision;
      });
    const decision = await onFirestore(decided);
    if (!decision.ok) throw decision.reason;
    return decision.value.result;
  }

  async get(key: ScheduleKey): Promise<Schedule | null> {
    const data = (await onFirestore(() => this.#refOf(key).get())).data();
    return data === undefined ? null : decode(data);
  }

  /** As many reads as `limit`, and one. */
  async list(
    teamId: string,
    { status }: ScheduleFilter,
    limit: number,
    after?: string,
  ): Promise<SchedulePage> {
    const ofTeam = this.#schedules.where('teamId', '==', teamId);
    const chosen = status === undefined ? ofTeam : ofTeam.where('status', '==', status);
    const ordered = chosen.orderBy('insertedAt', 'desc').orderBy(FieldPath.documentId(), 'desc');
    const position = after === undefined ? null : readCommitPosition(after);
    const query = position === null ? ordered : ordered.startAfter(position.at, position.id);
    const { docs } = await onFirestore(() => query.limit(limit + 1).get());
    const page = docs.slice(0, limit);
    const last = docs.length > limit ? page.at(-1) : undefined;
    return {
      schedules: page.filter((doc) => doc.get('status') !== 'deleting').map((doc) => decode(doc.data())),
      next: last === undefined ? null : commitPositionOf({ at: last.get('insertedAt'), id: last.id }),
    };
  }

  /** Two queries, of which each reads up to a page. */
  async listToCheck({ until, limit, after }: CheckRange): Promise<CheckPage> {
    const position = after === null ? null : readPosition(after);
    const parts = await Promise.all(
      QUERIED_SHARDS.map(async (shards) => {
        const ordered = this.#schedules
          .where('shard', 'in', shards)
          .where('checkAt', '<=', until)
          .orderBy('checkAt')
          .orderBy(FieldPath.documentId())
          .select('teamId', 'id', 'checkAt');
        const query = position === null ? ordered : ordered.startAfter(position.at, position.id);
        const { docs } = await onFirestore(() => query.limit(limit).get());
        return docs.map((doc) => ({
          id: doc.id,
          at: Number(doc.get('checkAt')),
          key: { teamId: String(doc.get('teamId')), scheduleId: String(doc.get('id')) },
        }));
      }),
    );
    const byPosition = (one: { at: number; id: string }, other: { at: number; id: string }) =>
      one.at - other.at || (one.id < other.id ? -1 : 1);
    const page = parts.flat().sort(byPosition).slice(0, limit);
    const last = page.at(-1);
    return {
      keys: page.map(({ key }) => key),
      next: last === undefined || page.length < limit ? null : positionOf(last),
    };
  }

  #refOf({ teamId, scheduleId }: ScheduleKey): DocumentReference {
    return this.#schedules.doc(documentId(teamId, scheduleId));
  }
}

function encode({ id }: DocumentReference, schedule: Schedule): DocumentData {
  return {
    teamId: schedule.teamId,
    id: schedule.id,
    shard: shardOf(id),
    status: schedule.status,
    checkAt: checkAt(schedule),
    schedule: packSchedule(JSON.stringify(schedule)),
  };
}

/** Documents are written by this store alone. */
function decode(data: DocumentData): Schedule {
  return JSON.parse(unpackSchedule(data.schedule));
}
