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

/**
 * The embedded engine's event feed: the latest events in memory. An event's id is the feed's own name and a count, so
 * an id from before a restart is known to be from another feed, and its reader is told to fetch the state anew.
 */
export class MemoryEventFeed implements EventFeed {
  readonly #name: string;
  /** As they were published: their ids follow from their places. */
  readonly #kept: NewEvent[] = [];
  readonly #everyTimer = new Set<EventSubscription>();
  readonly #byTimer = new Map<string, Set<EventSubscription>>();
  #published = 0;
  #closed = false;

  /** @param name tells this run of the feed from any other */
  constructor(name: string) {
    this.#name = name;
  }

  async publish(events: readonly NewEvent[]): Promise<void> {
    for (const event of events) {
      const position = ++this.#published;
      this.#kept[position % KEPT] = event;
      const ofTimer = event.timer_id === null ? undefined : this.#byTimer.get(event.timer_id);
      if (this.#everyTimer.size === 0 && ofTimer === undefined) continue;
      const told = this.#told(event, position);
      for (const subscription of [...this.#everyTimer, ...(ofTimer ?? [])]) {
        subscription.offer(event.teamId, told);
      }
    }
  }

  async subscribe(filter: EventFilter, lastEventId?: string): Promise<Subscription> {
    const seen = lastEventId === undefined ? this.#published : this.#positionOf(lastEventId);
    const subscription = new EventSubscription(filter, seen !== null, () => this.#forget(subscription));
    for (let position = (seen ?? this.#published) + 1; position <= this.#published; position++) {
      const event = this.#kept[position % KEPT];
      if (event !== undefined) subscription.offer(event.teamId, this.#told(event, position));
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

  /** An event as readers get it. */
  #told({ teamId: _, isLogged: __, ...event }: NewEvent, position: number): TimerEvent {
    return { id: `${this.#name}-${position}`, ...event };
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
