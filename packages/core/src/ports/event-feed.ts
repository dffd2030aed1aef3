import type { TimerEvent } from '@minoots/contract';

/** An event that has no place in the feed yet. */
export interface NewEvent extends Omit<TimerEvent, 'id'> {
  teamId: string;
}

export interface EventFilter {
  teamId: string;
  timerId?: string;
  agentId?: string;
  types?: readonly TimerEvent['type'][];
}

/** A running read of the feed. */
export interface Subscription {
  /**
   * Whether the feed could begin right after the event asked for. False: events may be missing in between, and the
   * reader should fetch the state anew.
   */
  resumed: boolean;
  /** Ends when `close` is called or the feed shuts down. */
  events: AsyncIterable<TimerEvent>;
  close(): void;
}

/** What happens to timers, as it happens. Events are told after their change is durable, in order per timer. */
export interface EventFeed {
  publish(events: readonly NewEvent[]): void;
  /** @param lastEventId the last event the reader saw; without it the feed starts with the next event */
  subscribe(filter: EventFilter, lastEventId?: string): Subscription;
}
