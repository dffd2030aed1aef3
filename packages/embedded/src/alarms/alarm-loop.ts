import type { Alarm, AlarmClock, AlarmHandler, Clock, Logger, TimerStore } from '@minoots/core';
import { keyOf } from '../timer-key.ts';
import { AlarmQueue } from './alarm-queue.ts';

/** How far ahead alarms are kept in memory, in ms. Far below the 24.8 days at which setTimeout overflows. */
const WINDOW_MS = 60_000;
/** Alarms read from the store at a time, and about how many reading brings into memory. */
const PAGE = 5_000;
const CAPACITY = 50_000;
/** Alarms in memory at which arming makes room: far above what reading leaves, so that the two do not chase each other. */
const MAX_WAITING = 100_000;
/** Alarms handled at the same time. A slow receiver holds its place for its timeout, so there are many. */
const CONCURRENCY = 1_024;
/** How often the store is asked for alarms that should have gone off, in ms: a second line behind the queue. */
const SWEEP_MS = 60_000;
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 60_000;

export interface AlarmLoopDeps {
  /** The durable truth about what is due, earliest first, from one instant until another. */
  listDue: TimerStore['listDue'];
  handle: AlarmHandler;
  clock: Clock;
  logger: Logger;
  /** Whether time passes by itself; a virtual clock wakes the loop instead. */
  ticking: boolean;
}

/**
 * The embedded engine's alarm clock. The store holds every alarm; a queue in memory holds those of the near future, up
 * to a frontier that moves on as time passes or room is made. `arm` therefore has nothing to make durable: the
 * timer's row already says when it is due.
 */
export class AlarmLoop implements AlarmClock {
  readonly #deps: AlarmLoopDeps;
  readonly #queue = new AlarmQueue();
  readonly #failures = new Map<string, number>();
  #active = 0;
  #whenIdle: (() => void)[] = [];
  /** All alarms up to `at` are in the queue, or all before the store's position `next` where there is one. */
  #frontier: { at: number; next: string | null } = { at: Number.MIN_SAFE_INTEGER, next: null };
  #loading: Promise<void> | null = null;
  /** How far the load under way reaches: its reads may have missed what is armed meanwhile. */
  #loadingUntil = Number.MIN_SAFE_INTEGER;
  #timeout: NodeJS.Timeout | undefined;
  #sweeper: NodeJS.Timeout | undefined;
  #running = false;

  constructor(deps: AlarmLoopDeps) {
    this.#deps = deps;
  }

  /** Begins to fire. @param resume alarms to handle at once, whatever the store says is due */
  async start(resume: readonly Alarm[]): Promise<void> {
    await this.#load(this.#horizon());
    // After the load, since a resumed alarm takes the place of one that waits for a lease to lapse.
    for (const alarm of resume) this.#queue.push(alarm);
    this.#running = true;
    if (this.#deps.ticking) this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#pump();
  }

  /** Takes no new alarms on and waits, for at most `graceMs`, until those under way are done. */
  async stop(graceMs: number): Promise<void> {
    this.#running = false;
    clearTimeout(this.#timeout);
    clearInterval(this.#sweeper);
    const { promise: grace, resolve } = Promise.withResolvers<void>();
    const timeout = setTimeout(resolve, graceMs);
    await Promise.race([this.idle(), grace]);
    clearTimeout(timeout);
  }

  /** Whether alarms go off. */
  get running(): boolean {
    return this.#running;
  }

  /** Alarms held in memory. */
  get waiting(): number {
    return this.#queue.size;
  }

  async arm(alarm: Alarm): Promise<void> {
    const reach = Math.max(this.#frontier.at, this.#loadingUntil);
    if (alarm.at > reach && alarm.at > this.#deps.clock.now()) return;
    this.#queue.push(alarm);
    if (this.#queue.size > MAX_WAITING && this.#loading === null) this.#spill();
    this.#pump();
  }

  async disarm({ generation, ...key }: Alarm): Promise<void> {
    this.#queue.remove(key, generation);
  }

  /** When the next alarm up to `until` is due; null when none is. For a virtual clock. */
  async nextDue(until: number): Promise<number | null> {
    if (this.#queue.peek() === undefined || (this.#queue.peek()?.at ?? 0) > this.#frontier.at)
      await this.#load(until);
    const at = this.#queue.peek()?.at ?? null;
    return at === null || at > until ? null : at;
  }

  /** Handles what is due now and resolves when nothing is under way any more. For a virtual clock. */
  async runDue(): Promise<void> {
    this.#pump();
    await this.idle();
  }

  /** Resolves when no alarm is being handled. */
  async idle(): Promise<void> {
    if (this.#active === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#whenIdle.push(resolve);
    await promise;
  }

  #pump(): void {
    if (!this.#running) return;
    const now = this.#deps.clock.now();
    while (this.#active < CONCURRENCY) {
      const next = this.#queue.peek();
      if (next === undefined || next.at > now) break;
      this.#queue.pop();
      void this.#run(next);
    }
    this.#refill(now);
    this.#sleep(now);
  }

  async #run(alarm: Alarm): Promise<void> {
    this.#active++;
    const key = keyOf(alarm);
    try {
      await this.#deps.handle(alarm);
      this.#failures.delete(key);
    } catch (error) {
      const failures = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, failures);
      const delayMs = Math.min(RETRY_MIN_MS * 2 ** (failures - 1), RETRY_MAX_MS);
      this.#deps.logger.error(
        { err: error, timerId: alarm.timerId, delayMs },
        'an alarm could not be handled and comes again',
      );
      this.#queue.push({ ...alarm, at: this.#deps.clock.now() + delayMs });
    } finally {
      this.#active--;
      this.#pump();
      if (this.#active === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
    }
  }

  #horizon(): number {
    return this.#deps.clock.now() + WINDOW_MS;
  }

  /** Moves the frontier on when it comes near and there is room behind it. */
  #refill(now: number): void {
    const isNear = this.#frontier.next !== null || this.#frontier.at - now < WINDOW_MS / 2;
    if (!this.#deps.ticking || !isNear || this.#loading !== null || this.#queue.size > CAPACITY / 2) return;
    this.#load(this.#horizon()).then(
      () => this.#pump(),
      (error: unknown) =>
        this.#deps.logger.error({ err: error }, 'due timers could not be read and are read again'),
    );
  }

  #load(until: number): Promise<void> {
    if (this.#loading !== null) return this.#loading;
    this.#loadingUntil = until;
    this.#loading = this.#loadPages(until).finally(() => {
      this.#loading = null;
      this.#loadingUntil = Number.MIN_SAFE_INTEGER;
    });
    return this.#loading;
  }

  /** Makes room: the latest alarms leave memory, and the frontier goes back to before them. */
  #spill(): void {
    const at = this.#queue.keepEarliest(CAPACITY / 2);
    if (at !== undefined) this.#frontier = { at: at - 1, next: null };
  }

  async #loadPages(until: number): Promise<void> {
    while (this.#queue.size < CAPACITY) {
      const { at: from, next: after } = this.#frontier;
      const { due, next } = await this.#deps.listDue({ from, until, limit: PAGE, after });
      this.#frontier = { at: next === null ? until : (due.at(-1)?.at ?? until), next };
      for (const alarm of due) this.#queue.push(alarm);
      if (next === null) return;
    }
  }

  /** Queues what is overdue by the store and, for whatever reason, not in the queue. */
  #sweep(): void {
    const range = { from: Number.MIN_SAFE_INTEGER, until: this.#deps.clock.now(), limit: PAGE, after: null };
    this.#deps.listDue(range).then(
      ({ due }) => {
        for (const alarm of due) this.#queue.push(alarm);
        this.#pump();
      },
      (error: unknown) =>
        this.#deps.logger.error({ err: error }, 'overdue timers could not be read and are read again'),
    );
  }

  #sleep(now: number): void {
    clearTimeout(this.#timeout);
    if (!this.#deps.ticking || this.#active >= CONCURRENCY) return;
    const next = this.#queue.peek()?.at ?? Number.POSITIVE_INFINITY;
    const delayMs = Math.min(Math.max(next - now, 0), WINDOW_MS / 4);
    this.#timeout = setTimeout(() => this.#pump(), delayMs);
  }
}
