import { setTimeout as delay } from 'node:timers/promises';
import { alarmAt, type DueTimer, inParallel, MinootsError, type Timer, type TimerStore } from '@minoots/core';
import { HORIZON_MS, nextStop } from '../alarms/horizon.ts';
import { sweepTaskRef, type TaskRef, taskRef } from '../alarms/task-name.ts';
import type { TaskQueues } from '../alarms/task-queues.ts';
import type { StoredClock } from './stored-clock.ts';

/** Furthest instant a Date can show, in epoch ms. */
const MAX_INSTANT = 8.64e15;
/** Longer than an attempt may hold its lease, in ms. */
const MAX_LEASE_MS = 120_000;
const PAGE = 500;
const PARALLEL = 50;
const MIN_PAUSE_MS = 5;
const MAX_PAUSE_MS = 100;
/** How long, in ms of real time, to wait for an attempt to end, for one that may have died, and for a task under another name. */
const ATTEMPT_WAIT_MS = 120_000;
const LEASE_WAIT_MS = 3_000;
const MOVE_WAIT_MS = 300;

export interface VirtualTimeDeps {
  clock: Pick<StoredClock, 'now' | 'refresh' | 'set'>;
  timers: Pick<TimerStore, 'get' | 'listDue'>;
  queues: Pick<TaskQueues, 'count' | 'get' | 'run'>;
  /** Arms what is due and has no task, with no grace. */
  sweep(): Promise<unknown>;
}

/** A due timer, and the task that takes its alarm to the next stop. */
interface Waiting {
  timer: DueTimer;
  stop: number;
  ref: TaskRef;
}

/**
 * Time for tests: the clock stands still, and tasks for future instants are parked far ahead in the queues. Moving the
 * clock on runs them in the order of their instants, through Cloud Tasks itself.
 */
export class VirtualTime {
  readonly #deps: VirtualTimeDeps;
  #advancing: Promise<unknown> = Promise.resolve();
  /** Attempts that were waited for in vain: the process that made them is gone. */
  readonly #lost = new Set<string>();

  constructor(deps: VirtualTimeDeps) {
    this.#deps = deps;
  }

  /** When Cloud Tasks would dispatch a parked task by itself, in epoch ms of real time: later than any test takes. */
  static parked(): number {
    return Date.now() + HORIZON_MS;
  }

  /**
   * Moves the clock on by `byMs`, stopping at each instant at which a task is due until its handler has answered. A task
   * that fails is tried again at the next instant. Calls are carried out one after another. Resolves with the new time.
   */
  advance(byMs: number): Promise<number> {
    const advanced = this.#advancing.then(() => this.#advance(byMs));
    this.#advancing = advanced.catch(() => undefined);
    return advanced;
  }

  async #advance(byMs: number): Promise<number> {
    const { clock } = this.#deps;
    const target = (await clock.refresh()) + byMs;
    if (target > MAX_INSTANT) throw new MinootsError('invalid_request', '/by leads beyond the year 275760');
    const far = await this.#listDue(Math.max(target, clock.now() + HORIZON_MS) + 1, MAX_INSTANT);
    const tried = new Set<string>();
    for (;;) {
      const now = clock.now();
      const near = await this.#listDue(Number.MIN_SAFE_INTEGER, Math.max(target, now + MAX_LEASE_MS));
      if (await this.#awaitAttempts(near, now)) continue;
      const waiting = this.#stopsOf([...near, ...far], now).filter(({ ref }) => !tried.has(ref.id));
      const next = waiting.reduce((first, { stop }) => Math.min(first, stop), target);
      const batch = waiting.filter(({ stop }) => stop <= Math.max(next, now));
      if (next > now) await clock.set(next);
      if (next >= target && batch.length === 0 && (next <= now || tried.size === 0)) return target;
      // What failed is tried again once the clock has moved.
      if (next > now) tried.clear();
      await this.#run(batch);
      for (const { ref } of batch) tried.add(ref.id);
    }
  }

  async #listDue(from: number, until: number): Promise<DueTimer[]> {
    const found: DueTimer[] = [];
    let after: string | null = null;
    do {
      const page = await this.#deps.timers.listDue({ from, until, limit: PAGE, after });
      found.push(...page.due);
      after = page.next;
    } while (after !== null);
    return found;
  }

  #stopsOf(due: readonly DueTimer[], now: number): Waiting[] {
    return due.map((timer) => {
      const stop = nextStop(timer.at, now);
      return { timer, stop, ref: taskRef(timer, stop, this.#deps.queues.count) };
    });
  }

  /** Waits for attempts under way, lest the clock runs away under them; tells whether there were any. */
  async #awaitAttempts(due: readonly DueTimer[], now: number): Promise<boolean> {
    let waited = false;
    const suspects = due.filter(({ at }) => at > now && at <= now + MAX_LEASE_MS);
    await inParallel(suspects, PARALLEL, async (suspect) => {
      const lease = leaseOf(await this.#deps.timers.get(suspect));
      if (lease === null || this.#lost.has(lease)) return;
      waited = true;
      const hasEnded = async () => leaseOf(await this.#deps.timers.get(suspect)) !== lease;
      if (!(await comesTrue(hasEnded, LEASE_WAIT_MS))) this.#lost.add(lease);
    });
    return waited;
  }

  async #run(batch: readonly Waiting[]): Promise<void> {
    const missing: Waiting[] = [];
    await inParallel(batch, PARALLEL, async (each) => {
      if (!(await this.#finish(each.ref)) && !(await this.#moves(each.timer))) missing.push(each);
    });
    if (missing.length === 0) return;
    await this.#deps.sweep();
    const { clock, queues } = this.#deps;
    await inParallel(missing, PARALLEL, async ({ timer, ref }) => {
      await this.#finish(ref);
      await this.#finish(sweepTaskRef(timer, clock.now(), queues.count));
    });
  }

  /** Runs a task and waits until an attempt has ended; false when there is no such task. */
  async #finish(ref: TaskRef): Promise<boolean> {
    const { queues } = this.#deps;
    const first = await queues.get(ref);
    if (first === null) return false;
    if (!first.isUnderWay && first.scheduleAt > Date.now()) await queues.run(ref);
    const hasEnded = async () => {
      const task = await queues.get(ref);
      return task === null || (!task.isUnderWay && task.failedAttempts > first.failedAttempts);
    };
    if (!(await comesTrue(hasEnded, ATTEMPT_WAIT_MS)))
      throw new Error(`task ${ref.id} has not ended for ${ATTEMPT_WAIT_MS} ms`);
    return true;
  }

  /** Whether the alarm of a timer is answered within moments, by a task of another name. */
  #moves(timer: DueTimer): Promise<boolean> {
    return comesTrue(async () => {
      const present = await this.#deps.timers.get(timer);
      return present === null || present.generation !== timer.generation || alarmAt(present) !== timer.at;
    }, MOVE_WAIT_MS);
  }
}

/** Names the attempts of the service that a timer has under way; null without any. Runners keep no such time. */
function leaseOf(timer: Timer | null): string | null {
  const leases = timer?.deliveries.flatMap(({ number, lease }) =>
    lease && lease.runnerId === undefined ? [`${number}.${lease.attempt}`] : [],
  );
  return leases?.length ? `${timer?.teamId}\n${timer?.id}\n${leases.join()}` : null;
}

/** Asks again and again, ever less often: many askers at once would keep the answer from coming about. */
async function comesTrue(ask: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (
    let pauseMs = MIN_PAUSE_MS;
    performance.now() < deadline;
    pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS)
  ) {
    await delay(pauseMs);
    if (await ask()) return true;
  }
  return false;
}
