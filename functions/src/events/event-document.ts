import type { TimerEvent } from '@minoots/contract';
import { type NewEvent, toEvent } from '@minoots/core';
import {
  type DocumentData,
  FieldValue,
  type QueryDocumentSnapshot,
  Timestamp,
} from 'firebase-admin/firestore';
import { shardOf } from '../stores/collections.ts';
import { type CommitTimes, commitOf, decodeTimer } from '../stores/timer-document.ts';
import { type EventPosition, toEventId } from './event-position.ts';

/** How long events that no timer holds are kept, in ms. Firestore deletes them within about a day after that. */
const KEPT_MS = 86_400_000;

/** An event and where it stands. */
export interface PlacedEvent {
  position: EventPosition;
  event: TimerEvent;
}

/**
 * Events of one timer that no timer's history holds, as a document. `teamId`, `id` (of the timer), `shard`,
 * `changedAt` and `purgeAt` are what they are in a timer's document, so that the same queries and TTL policy serve both.
 * @param events at least one, all of the same timer
 * @param id the document's
 * @param now epoch ms
 */
export function encodeEvents(events: readonly NewEvent[], id: string, now: number): DocumentData {
  const [first] = events;
  if (first === undefined) throw new Error('a document of events holds at least one');
  return {
    teamId: first.teamId,
    id: first.timer_id,
    shard: shardOf(id),
    changedAt: FieldValue.serverTimestamp(),
    purgeAt: Timestamp.fromMillis(now + KEPT_MS),
    events: JSON.stringify(events),
  };
}

/** What a document of either kind tells: a timer its history, the other the events in it. */
export function eventsIn(doc: QueryDocumentSnapshot): PlacedEvent[] {
  const data = doc.data();
  return typeof data.events === 'string' ? unheldEvents(doc, data.events) : historyOf(doc, data);
}

function unheldEvents({ id, updateTime }: QueryDocumentSnapshot, stored: string): PlacedEvent[] {
  const events: NewEvent[] = JSON.parse(stored);
  return events.map((event, index) =>
    place(event, { committedAt: updateTime, documentId: id, version: 0, index }),
  );
}

function historyOf(doc: QueryDocumentSnapshot, data: DocumentData): PlacedEvent[] {
  const timer = decodeTimer(data);
  const commits: CommitTimes = { ...data.commits, [timer.version]: commitOf(doc) };
  return timer.log.flatMap((entry, at) => {
    const committedAt = commits[entry.version];
    if (committedAt === undefined) return [];
    const index = at - timer.log.findIndex(({ version }) => version === entry.version);
    return [
      place(toEvent(timer, entry, true), { committedAt, documentId: doc.id, version: entry.version, index }),
    ];
  });
}

function place({ teamId: _, isLogged: __, ...event }: NewEvent, position: EventPosition): PlacedEvent {
  return { position, event: { id: toEventId(position), ...event } };
}
