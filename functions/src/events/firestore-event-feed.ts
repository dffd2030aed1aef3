import {
  type EventFeed,
  type EventFilter,
  EventSubscription,
  type Logger,
  type NewEvent,
  StorageUnavailable,
  type Subscription,
} from '@minoots/core';
import type { Firestore, Query } from 'firebase-admin/firestore';
import { documentId, EVENTS, TIMERS } from '../stores/collections.ts';
import { onFirestore } from '../stores/on-firestore.ts';
import { CommitTail } from './commit-tail.ts';
import { encodeEvents } from './event-document.ts';
import { type EventPosition, fromEventId } from './event-position.ts';

/** How old an event may be for its reader to resume after it, in ms: bounds the documents that returning costs. */
const HORIZON_MS = 3_600_000;
/** How far this instance's clock may be behind Firestore's, in ms. */
const CLOCK_TOLERANCE_MS = 60_000;

export interface FirestoreEventFeedOptions {
  firestore: Firestore;
  logger: Logger;
  /** The real time in epoch ms, whatever the engine's clock says. */
  now?: () => number;
}

/**
 * The events of a team as the histories in its timers' documents tell them, so that most cost no write: a reader listens
 * to what changes, at one document read for each change. An event's `status`, `timer_name` and `agent_id` are the timer's
 * at the commit that the reader saw. What a timer's history held and a reader had not seen goes with a removed timer.
 *
 * Events that no history holds are documents in `events/{the timer's document id}/timers`, of the same collection group as
 * the timers: so one listener sees both in order. Of two, either may lag, and no one position says what both have told.
 */
export class FirestoreEventFeed implements EventFeed {
  readonly #firestore: Firestore;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #open = new Set<EventSubscription>();
  #closed = false;

  constructor({ firestore, logger, now = Date.now }: FirestoreEventFeedOptions) {
    this.#firestore = firestore;
    this.#logger = logger;
    this.#now = now;
  }

  async publish(events: readonly NewEvent[]): Promise<void> {
    const unheld = Map.groupBy(
      events.filter(({ isLogged }) => !isLogged),
      ({ teamId, timer_id }) => documentId(teamId, timer_id ?? ''),
    );
    if (unheld.size === 0) return;
    const batch = this.#firestore.batch();
    for (const [id, ofTimer] of unheld) {
      const ref = this.#firestore.collection(EVENTS).doc(id).collection(TIMERS).doc();
      batch.create(ref, encodeEvents(ofTimer, ref.id, this.#now()));
    }
    await onFirestore(() => batch.commit());
  }

  async subscribe(filter: EventFilter, lastEventId?: string): Promise<Subscription> {
    const after = lastEventId === undefined ? null : this.#resumable(lastEventId);
    const subscription = new EventSubscription(filter, lastEventId === undefined || after !== null, () => {
      this.#open.delete(subscription);
      tail.stop();
    });
    const tail = new CommitTail({
      documents: this.#documentsOf(filter),
      after,
      now: this.#now,
      tell: (event) => subscription.offer(filter.teamId, event),
      fail: (err) => {
        this.#logger.warn({ err, teamId: filter.teamId }, 'an event stream ended; its reader resumes it');
        subscription.close();
      },
    });
    if (this.#closed) {
      subscription.close();
      return subscription;
    }
    this.#open.add(subscription);
    try {
      await tail.begin();
    } catch (cause) {
      throw new StorageUnavailable('events cannot be read at present', { cause });
    }
    return subscription;
  }

  /** Ends every subscription, those to come included. */
  close(): void {
    this.#closed = true;
    for (const subscription of [...this.#open]) subscription.close();
  }

  #documentsOf({ teamId, timerId }: EventFilter): Query {
    const ofTeam = this.#firestore.collectionGroup(TIMERS).where('teamId', '==', teamId);
    return timerId === undefined ? ofTeam : ofTeam.where('id', '==', timerId);
  }

  #resumable(lastEventId: string): EventPosition | null {
    const position = fromEventId(lastEventId);
    if (position === null) return null;
    const ageMs = this.#now() - position.committedAt.toMillis();
    return ageMs <= HORIZON_MS && ageMs >= -CLOCK_TOLERANCE_MS ? position : null;
  }
}
