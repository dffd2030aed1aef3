import {
  type CreateTimerRequest,
  type Delivery,
  type LogEntry,
  TERMINAL_STATUSES,
  type Timer,
  type TimerGraph,
  type TimerStatus,
} from '@minoots/contract';
import type { AnswerOf, BodyOf, QueryValue } from '../wire.ts';
import type { Call } from './caller.ts';

/** Which timers, newest first. */
export interface TimerFilter {
  status?: TimerStatus | readonly TimerStatus[];
  agent_id?: string;
  name?: string;
  /** RFC 3339 instants. */
  fire_before?: string;
  fire_after?: string;
  labels?: Readonly<Record<string, string>>;
}

/** One page of a list: 1 to 200 entries, 50 unless told. */
export interface Page {
  limit?: number;
  cursor?: string;
}

const MAX_PAGE = 200;
// Under the 60 s that proxies commonly allow, and the server too.
const LONG_POLL_MS = 25_000;
const LONG_POLL_GRACE_MS = 10_000;

const TERMINAL: ReadonlySet<TimerStatus> = new Set(TERMINAL_STATUSES);

/** Whether only a redelivery can still change the timer. */
export function hasEnded(timer: Pick<Timer, 'status'>): boolean {
  return TERMINAL.has(timer.status);
}

/** Operations on timers. Every method throws MinootsError. */
export class Timers {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  create(request: CreateTimerRequest): Promise<AnswerOf<'createTimer'>> {
    return this.#call('createTimer', { body: request });
  }

  /** Up to 1,000 at once, with a result per item in the same order. */
  createMany(timers: readonly CreateTimerRequest[]): Promise<AnswerOf<'createTimers'>> {
    return this.#call('createTimers', { body: { timers } });
  }

  /** What creating a timer would do; nothing is stored. */
  preview(request: CreateTimerRequest): Promise<AnswerOf<'previewTimer'>> {
    return this.#call('previewTimer', { body: request });
  }

  get(id: string): Promise<Timer> {
    return this.#call('getTimer', { id });
  }

  /** One page. */
  list(filter: TimerFilter & Page = {}): Promise<AnswerOf<'listTimers'>> {
    return this.#call('listTimers', { query: timerQuery(filter) });
  }

  /** All of them, page by page as they are consumed. */
  async *all(filter: TimerFilter = {}): AsyncGenerator<Timer, void> {
    let cursor: string | null | undefined;
    do {
      const page = await this.list({ ...filter, limit: MAX_PAGE, ...(cursor ? { cursor } : {}) });
      yield* page.data;
      cursor = page.next_cursor;
    } while (cursor);
  }

  update(id: string, change: BodyOf<'updateTimer'>): Promise<Timer> {
    return this.#call('updateTimer', { id, body: change });
  }

  /** Cancels the timer if it is pending and removes it with its history. */
  delete(id: string): Promise<Timer> {
    return this.#call('deleteTimer', { id });
  }

  cancel(id: string): Promise<Timer> {
    return this.#call('cancelTimer', { id });
  }

  /** Cancels the timer if it is pending, and all that its actions made; says how many there were. */
  cancelLineage(id: string): Promise<AnswerOf<'cancelLineage'>> {
    return this.#call('cancelLineage', { id });
  }

  pause(id: string): Promise<Timer> {
    return this.#call('pauseTimer', { id });
  }

  resume(id: string): Promise<Timer> {
    return this.#call('resumeTimer', { id });
  }

  /** @param by milliseconds, or text such as `5m` */
  extend(id: string, by: number | string): Promise<Timer> {
    return this.#call('extendTimer', { id, body: { by } });
  }

  reschedule(id: string, when: BodyOf<'rescheduleTimer'>): Promise<Timer> {
    return this.#call('rescheduleTimer', { id, body: when });
  }

  /** Starts the clock again with its original span. */
  touch(id: string): Promise<Timer> {
    return this.#call('touchTimer', { id });
  }

  /** Fires now instead of later. */
  fire(id: string): Promise<Timer> {
    return this.#call('fireTimer', { id });
  }

  /** What happened to the timer, oldest first. */
  async logs(id: string): Promise<LogEntry[]> {
    return (await this.#call('getTimerLogs', { id })).data;
  }

  async deliveries(id: string): Promise<Delivery[]> {
    return (await this.#call('getTimerDeliveries', { id })).data;
  }

  /** What the timer came from and what follows from it. */
  graph(id: string): Promise<TimerGraph> {
    return this.#call('getTimerGraph', { id });
  }

  /**
   * Waits until the timer has ended, however long, and gives it.
   * @param timeoutMs gives the timer as it is then, ended or not; no limit unless told
   */
  async wait(id: string, timeoutMs = Number.POSITIVE_INFINITY, signal?: AbortSignal): Promise<Timer> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const pollMs = Math.round(Math.min(Math.max(deadline - performance.now(), 0), LONG_POLL_MS));
      const parts = { id, query: { timeout: `${pollMs}ms` }, timeoutMs: pollMs + LONG_POLL_GRACE_MS };
      const timer = await this.#call('waitForTimer', parts, signal);
      if (hasEnded(timer) || performance.now() >= deadline) return timer;
    }
  }

  /** Removes timers that ended: all of them, or those that match. */
  cleanup(request: BodyOf<'cleanupTimers'> = {}): Promise<AnswerOf<'cleanupTimers'>> {
    return this.#call('cleanupTimers', { body: request });
  }
}

/** The filter as the API's query. */
export function timerQuery({ labels = {}, ...rest }: TimerFilter & Page): Record<string, QueryValue> {
  const byLabel = Object.entries(labels).map(([key, value]) => [`label.${key}`, value] as const);
  return { ...rest, ...Object.fromEntries(byLabel) };
}
