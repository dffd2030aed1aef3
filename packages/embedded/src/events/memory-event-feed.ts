import type { TimerEvent } from '@minoots/contract';
import {
  type EventFeed,
  type EventFilter,
  EventSubscription,
  type NewEvent,
  type Subscription,
} from '@minoots/core';

/** Events kept for readers that come back. */
const KEPT = 10_000;

interface Entry {
  event: TimerEvent;
  teamId: string;
}

/**
 * The embedded engine's event feed: the latest events in memory. An event's id is the feed's own name and a count, so
 * an id from before a restart is known to be from another feed, and its reader is told to fetch the state anew.
 */
export class MemoryEventFeed implements EventFeed {
  readonly #name: string;
  readonly #kept: Entry[] = [];
  readonly #everyTimer = new Set<EventSubscription>();
  readonly #byTimer = new Map<string, Set<EventSubscription>>();
  #published = 0;
  #closed = false;

  /** @param name tells this run of the feed from any other */
  constructor(name: string) {
    this.#name = name;
  }

  async publish(events: readonly NewEvent[]): Promise<void> {
    for (const { teamId, isLogged: _, ...rest } of events) {
      const entry = { teamId, event: { id: `${this.#name}-${++this.#published}`, ...rest } };
      this.#kept[this.#published % KEPT] = entry;
      for (const subscription of this.#everyTimer) subscription.offer(teamId, entry.event);
      const { timer_id: timerId } = entry.event;
      const ofTimer = timerId === null ? undefined : this.#byTimer.get(timerId);
      for (const subscription of ofTimer ?? []) subscription.offer(teamId, entry.event);
    }
  }

  async subscribe(filter: EventFilter, lastEventId?: string): Promise<Subscription> {
    const seen = lastEventId === undefined ? this.#published : this.#positionOf(lastEventId);
    const subscription = new EventSubscription(filter, seen !== null, () => this.#forget(subscription));
    for (let position = (seen ?? this.#published) + 1; position <= this.#published; position++) {
      const entry = this.#kept[position % KEPT];
      if (entry !== undefined) subscription.offer(entry.teamId, entry.event);
    }
    if (this.#closed) subscription.close();
    else this.#remember(subscription);
    return subscription;
  }

  /** Ends every subscription, those to come included. */
  close(): void {
    this.#closed = true;
    for (const subscription of [
      ...this.#everyTimer,
      ...[...this.#byTimer.values()].flatMap((set) => [...set]),
    ]) {
      subscription.close();
    }
  }

  /** The count of an event that is still kept, or was the last before those that are; null for any other. */
  #positionOf(id: string): number | null {
    const [, name, count] = /^(.+)-(\d+)$/.exec(id) ?? [];
    const position = Number(count);
    const isKept = position <= this.#published && position >= this.#published - KEPT;
    return name === this.#name && isKept ? position : null;
  }

  #remember(subscription: EventSubscription): void {
    const { timerId } = subscription.filter;
    if (timerId === undefined) {
      this.#everyTimer.add(subscription);
      return;
    }
    const set = this.#byTimer.get(timerId) ?? new Set();
    this.#byTimer.set(timerId, set.add(subscription));
  }

  #forget(subscription: EventSubscription): void {
    const { timerId } = subscription.filter;
    this.#everyTimer.delete(subscription);
    if (timerId === undefined) return;
    const set = this.#byTimer.get(timerId);
    set?.delete(subscription);
    if (set?.size === 0) this.#byTimer.delete(timerId);
  }
}
