/** An eighth of a millisecond: as fine as a double can hold an epoch instant to the exact microsecond. */
const TICK_MS = 0.125;

/**
 * The present, finer than a millisecond. The in-process database takes its instants as `Date`s: without this, two commits
 * within one millisecond would share an `updateTime`, and a precondition on it would hold wrongly.
 */
export class RisingClock {
  #epochMs = 0;

  /** Makes everything from now on later than everything before. */
  tick(): void {
    this.#epochMs = Math.max(this.#epochMs + TICK_MS, Date.now());
  }

  /** Now, or the last tick where ticks have overtaken the time. */
  now(): Date {
    this.#epochMs = Math.max(this.#epochMs, Date.now());
    return new PreciseDate(this.#epochMs);
  }
}

/** A date whose epoch milliseconds have a fraction. */
class PreciseDate extends Date {
  readonly #epochMs: number;

  constructor(epochMs: number) {
    super(epochMs);
    this.#epochMs = epochMs;
  }

  override getTime(): number {
    return this.#epochMs;
  }
}
