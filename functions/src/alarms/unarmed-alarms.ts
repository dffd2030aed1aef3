import type { Alarm, Clock } from '@minoots/core';
import { type CollectionReference, type Firestore, GrpcStatus, Timestamp } from 'firebase-admin/firestore';
import * as z from 'zod';
import { documentId, shardOf, UNARMED } from '../stores/collections.ts';
import { unless } from '../stores/grpc-status.ts';
import { onFirestore } from '../stores/on-firestore.ts';

/** How long an alarm is kept that nobody forgets, in ms. */
export const UNARMED_TTL_MS = 60 * 86_400_000;

/** Few enough for one query over all of them, enough for 4,000 alarms/s while Cloud Tasks is down. */
const UNARMED_SHARDS = [0, 1, 2, 3, 4, 5, 6, 7];

const Remembered = z.object({
  teamId: z.string(),
  timerId: z.string(),
  at: z.int(),
  generation: z.int(),
}) satisfies z.ZodType<Alarm>;

/** Alarms whose task could not be created, in Firestore, until the sweeper has created it. */
export class UnarmedAlarms {
  readonly #alarms: CollectionReference;
  readonly #clock: Clock;

  constructor(firestore: Firestore, clock: Clock) {
    this.#alarms = firestore.collection(UNARMED);
    this.#clock = clock;
  }

  /**
   * Durable once resolved. One that is remembered already keeps its place. One write.
   * @throws StorageUnavailable
   */
  async remember({ teamId, timerId, at, generation }: Alarm): Promise<void> {
    const document = this.#document({ teamId, timerId, at, generation });
    const fields = {
      teamId,
      timerId,
      at,
      generation,
      shard: shardOf(document.id) % UNARMED_SHARDS.length,
      expireAt: Timestamp.fromMillis(this.#clock.now() + UNARMED_TTL_MS),
    };
    await onFirestore(() => unless([GrpcStatus.ALREADY_EXISTS], document.create(fields)));
  }

  /**
   * The alarms remembered first, oldest first. One read for each, at least one.
   * @throws StorageUnavailable
   */
  async list(limit: number): Promise<Alarm[]> {
    // The end of their time follows one another as their beginning does, and has an index for the purge already.
    const oldest = this.#alarms
      .where('shard', 'in', UNARMED_SHARDS)
      .where('expireAt', '>', Timestamp.fromMillis(this.#clock.now()))
      .orderBy('expireAt')
      .limit(limit);
    const { docs } = await onFirestore(() => oldest.get());
    return docs.map((doc) => Remembered.parse(doc.data()));
  }

  /**
   * Resolves as well when the alarm is not remembered. One delete.
   * @throws StorageUnavailable
   */
  async forget(alarm: Alarm): Promise<void> {
    await onFirestore(() => this.#document(alarm).delete());
  }

  #document({ teamId, timerId, generation, at }: Alarm) {
    return this.#alarms.doc(documentId(teamId, timerId, generation, at));
  }
}
