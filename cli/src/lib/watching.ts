import {
  type EventType,
  STREAM_RESET,
  TERMINAL_STATUSES,
  type TimerEvent,
  type TimerStatus,
} from '@minoots/contract';
import type { MinootsClient } from '../sdk/client.ts';
import { MinootsError } from '../sdk/errors.ts';
import type { StreamItem } from '../sdk/events.ts';
import { type LiveTimer, liveTimer } from '../sdk/live-timer.ts';
import { ACTIVE_STATUSES } from '../sdk/minoots.ts';
import { hasEnded } from '../sdk/resources/timers.ts';

const ENDINGS: ReadonlySet<EventType> = new Set(
  TERMINAL_STATUSES.map((status) => `timer.${status}` as const),
);
// What a bar does not show, such as each attempt at a delivery, is not worth a request.
const CLOCK_CHANGES: ReadonlySet<EventType> = new Set([
  'timer.created',
  'timer.started',
  'timer.updated',
  'timer.paused',
  'timer.resumed',
  'timer.extended',
  'timer.rescheduled',
  'delivery.reopened',
]);

/** Timers as they are now, kept up to date by the event stream. */
export class Watching {
  /** By id, in the order in which they came. */
  readonly timers = new Map<string, LiveTimer>();
  readonly #client: MinootsClient;
  readonly #id: string | undefined;
  readonly #ended = new AbortController();

  /** @param id the only timer to watch; all that have not ended, and all that come, unless given */
  constructor(client: MinootsClient, id?: string) {
    this.#client = client;
    this.#id = id;
  }

  /**
   * Follows until every watched timer has ended.
   * @param onEvent hears of every event after `timers` shows it
   * @throws MinootsError
   */
  async run(onEvent: (event: TimerEvent) => void): Promise<void> {
    const { signal } = this.#ended;
    let loaded: Promise<void> | null = null;
    const events = this.#client.events({
      signal,
      ...(this.#id !== undefined && { timerId: this.#id }),
      // Not before: what happened between a read and the begin of the stream would be lost.
      onOpen: () => {
        loaded ??= this.#load();
        // The failure is thrown below; until then it must only end the stream.
        loaded.catch(() => this.#ended.abort());
      },
    });
    for await (const item of events) {
      await loaded;
      await this.#apply(item);
      if (item.type !== STREAM_RESET) onEvent(item);
      if (this.#isDone()) break;
    }
    await loaded;
  }

  async #load(): Promise<void> {
    if (this.#id === undefined) {
      for await (const timer of this.#client.timers.all({ status: ACTIVE_STATUSES }))
        this.#show(liveTimer(timer));
    } else {
      this.#show(liveTimer(await this.#client.timers.get(this.#id)));
    }
    if (this.#isDone()) this.#ended.abort();
  }

  async #apply(item: StreamItem): Promise<void> {
    if (item.type === STREAM_RESET) return this.#reread();
    const { timer_id: id, type } = item;
    if (id === null) return;
    const known = this.timers.get(id);
    if (type === 'timer.deleted') this.timers.delete(id);
    else if (known && (ENDINGS.has(type) || type === 'timer.fired')) this.#show(settled(known, type));
    else if (CLOCK_CHANGES.has(type)) await this.#read(id);
  }

  // Also those that ended in between: their last state is worth showing.
  async #reread(): Promise<void> {
    for (const id of this.timers.keys()) await this.#read(id);
    await this.#load();
  }

  async #read(id: string): Promise<void> {
    try {
      this.#show(liveTimer(await this.#client.timers.get(id)));
    } catch (error) {
      if (!(error instanceof MinootsError) || error.code !== 'not_found') throw error;
      this.timers.delete(id);
    }
  }

  #show(timer: LiveTimer): void {
    this.timers.set(timer.id, timer);
  }

  #isDone(): boolean {
    return [...this.timers.values()].every(hasEnded);
  }
}

// What the event says is enough, so that a thousand timers firing at once are not read a thousand times.
function settled(timer: LiveTimer, type: EventType): LiveTimer {
  const status: TimerStatus = type === 'timer.fired' ? 'firing' : statusOf(type);
  const fired = status === 'firing' || status === 'expired' || status === 'failed';
  return liveTimer({
    ...timer,
    status,
    progress: fired ? 1 : timer.progress,
    time_remaining_ms: fired ? 0 : timer.time_remaining_ms,
  });
}

function statusOf(type: EventType): TimerStatus {
  return TERMINAL_STATUSES.find((status) => type === `timer.${status}`) ?? 'firing';
}
