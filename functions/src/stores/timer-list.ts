import { ACTIVE_STATUSES, type Timer, type TimerFilter, type TimerPage } from '@minoots/core';
import {
  type CollectionReference,
  type DocumentData,
  FieldPath,
  type Query,
  type QueryDocumentSnapshot,
} from 'firebase-admin/firestore';
import { decodeTimer, isPurged, labelTerm, sizeOf, term } from './timer-document.ts';
import { commitPositionOf, readCommitPosition } from './timer-position.ts';

/** Documents one page looks at before it answers with what it found: each costs a read. */
const SCAN_DOCUMENTS = 500;
/**
 * Documents that one query asks for: each may hold a megabyte. The first, when nobody knows yet how large they are, is
 * enough for a page of the usual length and to tell whether another follows.
 */
const STEP = { first: 51, most: 100, bytes: 8_000_000 };
/** A page is over with the timer that takes it beyond this. */
const PAGE_BYTES = 8_000_000;

export interface ListRequest {
  teamId: string;
  filter: TimerFilter;
  limit: number;
  after: string | undefined;
}

/** One page of a team's timers, newest first; of those stored at the same instant, in the order of their document ids. */
export async function listTimers(
  timers: CollectionReference,
  { teamId, filter, limit, after }: ListRequest,
  now: number,
): Promise<TimerPage> {
  if (filter.statuses?.length === 0) return { timers: [], next: null };
  const { query, isWhole } = narrowest(timers.where('teamId', '==', teamId), filter);
  const ordered = query.orderBy('insertedAt', 'desc').orderBy(FieldPath.documentId(), 'desc');
  const found: Timer[] = [];
  let bytes = 0;
  const wanted = () => (isWhole ? limit + 1 - found.length : STEP.most);
  let step = Math.min(STEP.first, wanted());
  let position = after === undefined ? null : readCommitPosition(after);
  const page = () => ({ timers: found, next: position && commitPositionOf(position) });
  for (let seen = 0; seen < SCAN_DOCUMENTS && bytes <= PAGE_BYTES; ) {
    const from = position === null ? ordered : ordered.startAfter(position.at, position.id);
    const { docs } = await from.limit(step).get();
    for (const doc of docs) {
      if (found.length === limit || bytes > PAGE_BYTES) return page();
      const data = doc.data();
      position = { at: data.insertedAt, id: doc.id };
      if (isPurged(data, now) || !matches(data, filter)) continue;
      found.push(decodeTimer(data));
      bytes += sizeOf(data);
    }
    if (docs.length < step) return { timers: found, next: null };
    seen += step;
    step = Math.min(stepFor(docs), wanted());
  }
  return page();
}

/** How many timers of a team have not ended. */
export async function countActive(timers: CollectionReference, teamId: string): Promise<number> {
  const active = timers.where('teamId', '==', teamId).where('status', 'in', [...ACTIVE_STATUSES]);
  // In the order of the index that lists them.
  const ordered = active.orderBy('insertedAt', 'desc').orderBy(FieldPath.documentId(), 'desc');
  return (await ordered.count().get()).data().count;
}

/** How many documents to ask for next, if they are like these. */
function stepFor(docs: readonly QueryDocumentSnapshot[]): number {
  const average = docs.reduce((sum, doc) => sum + sizeOf(doc.data()), 0) / docs.length;
  return Math.min(STEP.most, Math.max(1, Math.floor(STEP.bytes / average)));
}

/** The query by the filter that leaves least to look through, and whether it leaves nothing to filter. */
function narrowest(ofTeam: Query, filter: TimerFilter): { query: Query; isWhole: boolean } {
  const { labels = {}, agentId, name, statuses, hasExhausted, ...instants } = filter;
  const [label, ...otherLabels] = Object.entries(labels);
  const byLabel = label && ofTeam.where('labels', 'array-contains', labelTerm(...label));
  const byAgent = agentId === undefined ? undefined : ofTeam.where('agentId', '==', term(agentId));
  const byName = name === undefined ? undefined : ofTeam.where('name', '==', term(name));
  const withStatus = (query: Query) => statuses && query.where('status', 'in', [...new Set(statuses)]);
  // Together these find what an agent has under way, however much it has behind it.
  const byBoth = byAgent && withStatus(byAgent);
  const byStatus = byBoth === undefined ? withStatus(ofTeam) : undefined;
  const byExhausted = hasExhausted && ofTeam.where('hasExhausted', '==', true);
  const narrowed = [byExhausted, byLabel, byBoth ?? byAgent, byName, byStatus].filter(
    (query) => query !== undefined,
  );
  const left = Math.max(0, narrowed.length - 1) + otherLabels.length + Object.keys(instants).length;
  return { query: narrowed[0] ?? ofTeam, isWhole: left === 0 };
}

function matches(data: DocumentData, filter: TimerFilter): boolean {
  const { statuses, agentId, name, labels = {}, fireBefore, fireAfter, settledBefore, hasExhausted } = filter;
  return (
    (hasExhausted === undefined || data.hasExhausted === true) &&
    (statuses === undefined || statuses.includes(data.status)) &&
    (agentId === undefined || data.agentId === term(agentId)) &&
    (name === undefined || data.name === term(name)) &&
    Object.entries(labels).every(([key, value]) => data.labels.includes(labelTerm(key, value))) &&
    (fireBefore === undefined || (data.fireAt !== null && data.fireAt < fireBefore)) &&
    (fireAfter === undefined || (data.fireAt !== null && data.fireAt >= fireAfter)) &&
    (settledBefore === undefined || (data.settledAt !== null && data.settledAt < settledBefore))
  );
}
