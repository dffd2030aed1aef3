import { type Alarm, type Clock, inParallel, type Logger, type TimerStore } from '@minoots/core';
import type { TasksAlarmClock } from './tasks-alarm-clock.ts';
import type { UnarmedAlarms } from './unarmed-alarms.ts';

/** How long a timer may be overdue before it is armed again, in ms: most are only late. */
export const SWEEP_GRACE_MS = 60_000;
/** How long a sweep goes on, in ms: the next one begins a minute later. */
const BUDGET_MS = 45_000;
const PAGE = 500;
const PARALLEL = 50;

export interface SweepDeps {
  timers: Pick<TimerStore, 'listDue'>;
  unarmed: Pick<UnarmedAlarms, 'list' | 'forget'>;
  alarms: Pick<TasksAlarmClock, 'enqueue' | 'enqueueOverdue'>;
  clock: Clock;
  logger: Logger;
  /** Default `SWEEP_GRACE_MS`. */
  graceMs?: number;
  /** How long it goes on, in ms of real time; default 45 s. */
  budgetMs?: number;
}

export interface SweepCounts {
  /** Alarms that had no task and have one now. */
  armed: number;
  /** Overdue timers that were given another task. */
  rearmed: number;
  /** Alarms that could not be armed; the next sweep finds them again. */
  failed: number;
}

/**
 * Makes up for what went wrong with alarms: arms those that got no task, and arms timers again that are overdue (their
 * tasks were purged or never made, or a process died while it held them). Ends when all is done or its time is up.
 * @throws when what is unarmed or overdue cannot be read
 */
export async function sweep(deps: SweepDeps): Promise<SweepCounts> {
  const run = new Sweep(deps);
  await run.armUnarmed();
  await run.rearmOverdue();
  return run.counts;
}

class Sweep {
  readonly counts: SweepCounts = { armed: 0, rearmed: 0, failed: 0 };
  readonly #deps: SweepDeps;
  readonly #endsAt: number;
  readonly #armed = new Set<string>();

  constructor(deps: SweepDeps) {
    this.#deps = deps;
    this.#endsAt = performance.now() + (deps.budgetMs ?? BUDGET_MS);
  }

  async armUnarmed(): Promise<void> {
    const { unarmed, alarms } = this.#deps;
    for (let hasMore = true; hasMore && this.#hasTime(); ) {
      const page = await unarmed.list(PAGE);
      const { armed } = this.counts;
      await this.#forEach(page, async (alarm) => {
        await alarms.enqueue(alarm);
        this.#armed.add(keyOf(alarm));
        await unarmed.forget(alarm);
        this.counts.armed++;
      });
      // What cannot be armed stays in the list, so a page without a success would come for ever.
      hasMore = page.length === PAGE && this.counts.armed > armed;
    }
  }

  async rearmOverdue(): Promise<void> {
    const { timers, alarms, clock, graceMs = SWEEP_GRACE_MS } = this.#deps;
    const range = { from: Number.MIN_SAFE_INTEGER, until: clock.now() - graceMs, limit: PAGE };
    for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
      if (!this.#hasTime()) return;
      const { due, next } = await timers.listDue({ ...range, after });
      const overdue = due.filter((alarm) => !this.#armed.has(keyOf(alarm)));
      await this.#forEach(overdue, async (alarm) => {
        if (await alarms.enqueueOverdue(alarm)) this.counts.rearmed++;
      });
      after = next;
    }
  }

  #hasTime(): boolean {
    return performance.now() < this.#endsAt;
  }

  /** Goes on after failures, and past the end of its time leaves the rest to the next sweep. */
  async #forEach(items: readonly Alarm[], arm: (alarm: Alarm) => Promise<void>): Promise<void> {
    await inParallel(items, PARALLEL, async (alarm) => {
      if (!this.#hasTime()) return;
      try {
        await arm(alarm);
      } catch (error) {
        this.counts.failed++;
        this.#deps.logger.error({ err: error, timerId: alarm.timerId }, 'a sweep could not arm an alarm');
      }
    });
  }
}

function keyOf({ teamId, timerId }: Alarm): string {
  return `${teamId}\n${timerId}`;
}
