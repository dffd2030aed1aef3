import type { TimerEvent } from '@minoots/contract';
import type { EventFilter, Subscription } from '../ports/event-feed.ts';

/** Events that may wait for a reader. One that falls further behind is cut off and resumes by its last event. */
const MAX_WAITING = 10_000;

/** One reader of a feed, with the events that it has not taken yet. */
export class EventSubscription implements Subscription {
  readonly filter: EventFilter;
  readonly resumed: boolean;
  readonly #onClose: () => void;
  #waiting: TimerEvent[] = [];
  #wake: (() => void) | null = null;
  #closed = false;

  /** @param onClose may be called more than once */
  constructor(filter: EventFilter, resumed: boolean, onClose: () => void) {
    this.filter = filter;
    this.resumed = resumed;
    this.#onClose = onClose;
  }

  get events(): AsyncIterable<TimerEvent> {
    return this.#read();
  }

  /** Takes an event if it matches the filter. */
  offer(teamId: string, event: TimerEvent): void {
    if (this.#closed || !matches(this.filter, teamId, event)) return;
    this.#waiting.push(event);
    if (this.#waiting.length > MAX_WAITING) this.close();
    this.#wake?.();
  }

  /** The reader still gets what waits for it. */
  close(): void {
    this.#closed = true;
    this.#onClose();
    this.#wake?.();
  }

  async *#read(): AsyncGenerator<TimerEvent> {
    for (;;) {
      const events = this.#waiting;
      this.#waiting = [];
      yield* events;
      if (this.#waiting.length > 0) continue;
      if (this.#closed) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
  }
}

function matches(
  { teamId, timerId, agentId, types }: EventFilter,
  eventTeamId: string,
  event: TimerEvent,
): boolean {
  return (
    eventTeamId === teamId &&
    (timerId === undefined || event.timer_id === timerId) &&
    (agentId === undefined || event.agent_id === agentId) &&
    (types === undefined || types.includes(event.type))
  );
}
