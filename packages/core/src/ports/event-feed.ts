import type { TimerEvent } from '@minoots/contract';

/** An event that has no place in the feed yet. */
export interface NewEvent extends Omit<TimerEvent, 'id'> {
  teamId: string;
  /** Whether the timer's stored history holds it, so that a feed that is read from the store need not keep it. */
  isLogged: boolean;
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
  /** Resolves once readers will be told. */
  publish(events: readonly NewEvent[]): Promise<void>;
  /**
   * Resolves once the reading has begun: what is published from then on is not missed.
   * @param lastEventId the last event the reader saw; without it the feed starts with the next event
   */
  subscribe(filter: EventFilter, lastEventId?: string): Promise<Subscription>;
}
