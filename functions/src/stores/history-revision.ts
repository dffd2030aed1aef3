import { TERMINAL_STATUSES } from '@minoots/contract';
import type { Plans, TeamPlan } from '@minoots/core';
import {
  type BulkWriter,
  FieldValue,
  type Firestore,
  type QueryDocumentSnapshot,
} from 'firebase-admin/firestore';
import { TEAMS, TIMERS } from './collections.ts';
import { CHANGED, unless } from './grpc-status.ts';
import { onFirestore } from './on-firestore.ts';
import { commitOf, purgeInstant } from './timer-document.ts';

/** Timers of one step. */
const STEP = 500;
const TEAMS_AT_A_TIME = 20;

export interface HistoryRevision {
  firestore: Firestore;
  /** As they stand now. */
  plans: Pick<Plans, 'of'>;
  /** Epoch ms. */
  now: number;
  /** Timers to look at, at most. */
  limit: number;
}

/**
 * Writes how long they are kept into the ended timers of each team whose plan has changed that; answers for how many it was
 * another time. Oldest first, so that a larger plan reaches those first that would go first. What is left at the limit the
 * next run goes on with. May be run again at any time, also while another run is under way.
 * @throws StorageUnavailable
 */
export async function reviseHistories({ firestore, plans, now, limit }: HistoryRevision): Promise<number> {
  const due = firestore.collection(TEAMS).where('historyDueAt', '<=', now).orderBy('historyDueAt');
  // One writer for all, as it keeps to the rate at which Firestore wants writes to grow.
  const writer = firestore.bulkWriter();
  let [looked, revised] = [0, 0];
  try {
    for (let found = TEAMS_AT_A_TIME; found === TEAMS_AT_A_TIME; ) {
      const { docs } = await onFirestore(() => due.limit(TEAMS_AT_A_TIME).get());
      found = docs.length;
      for (const team of docs) {
        const run = await revise(writer, team, await plans.of(team.id), limit - looked);
        looked += run.looked;
        revised += run.revised;
        if (looked >= limit) return revised;
      }
    }
    return revised;
  } finally {
    await writer.close();
  }
}

async function revise(writer: BulkWriter, team: QueryDocumentSnapshot, plan: TeamPlan, limit: number) {
  const ended = team.ref.firestore
    .collection(TIMERS)
    .where('teamId', '==', team.id)
    .where('status', 'in', TERMINAL_STATUSES)
    .orderBy('settledAt')
    .select('purgeAt', 'settledAt', 'committedAt');
  let page = team.get('historyFrom') === undefined ? ended : ended.startAt(team.get('historyFrom'));
  for (let [looked, revised] = [0, 0]; ; ) {
    const size = Math.min(STEP, limit - looked);
    const { docs } = await onFirestore(() => page.limit(size).get());
    revised += await onFirestore(() => rewrite(writer, docs, plan));
    looked += docs.length;
    const last = docs.at(-1);
    const isThrough = last === undefined || docs.length < size;
    if (isThrough || looked >= limit) {
      await onFirestore(() => note(team, isThrough ? null : last.get('settledAt')));
      return { looked, revised };
    }
    page = ended.startAfter(last);
  }
}

/** A timer that was saved since it was read goes by the plan already. */
async function rewrite(
  writer: BulkWriter,
  docs: readonly QueryDocumentSnapshot[],
  plan: TeamPlan,
): Promise<number> {
  const writes = docs.flatMap((doc) => {
    const [before, purgeAt] = [doc.get('purgeAt'), purgeInstant(plan, doc.get('settledAt'))];
    if (before === null || purgeAt.isEqual(before)) return [];
    // Events stand by the commits of versions, and this is none.
    const fields = { purgeAt, committedAt: commitOf(doc) };
    return [unless(CHANGED, writer.update(doc.ref, fields, { lastUpdateTime: doc.updateTime }))];
  });
  const [results] = await Promise.all([Promise.all(writes), writer.flush()]);
  return results.filter((result) => result !== null).length;
}

/** How far a team has come; null when it is through. Where it has changed meanwhile it is looked at again. */
async function note({ ref, updateTime }: QueryDocumentSnapshot, from: number | null): Promise<void> {
  const through = { historyDueAt: FieldValue.delete(), historyFrom: FieldValue.delete() };
  const fields = from === null ? through : { historyFrom: from };
  await unless(CHANGED, ref.update(fields, { lastUpdateTime: updateTime }));
}
