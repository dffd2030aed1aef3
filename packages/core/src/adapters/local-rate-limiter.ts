import type { Clock } from '../ports/clock.ts';
import { RATE_WINDOW_MS, type RateLimiter, type RateReading } from '../ports/rate-limiter.ts';

/** Callers that are counted at most; one more, and those of earlier minutes are forgotten, or all. */
const MOST_CALLERS = 50_000;

interface Count {
  window: number;
  taken: number;
}

/** Counts requests in this process, by minutes of the clock. Exact where one process serves. */
export class LocalRateLimiter implements RateLimiter {
  readonly #clock: Clock;
  readonly #counts = new Map<string, Count>();

  /** @param clock real time, since that is what a server has too little of */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async take(caller: string, limit: number): Promise<RateReading> {
    const count = this.#countOf(caller);
    const allowed = count.taken < limit;
    if (allowed) count.taken++;
    return this.#reading(count, limit, allowed);
  }

  #reading({ window, taken }: Count, limit: number, allowed: boolean): RateReading {
    const resetMs = (window + 1) * RATE_WINDOW_MS - this.#clock.now();
    return { allowed, limit, remaining: Math.max(0, limit - taken), resetMs };
  }

  #countOf(caller: string): Count {
    const window = this.#window();
    const held = this.#counts.get(caller);
    if (held?.window === window) return held;
    if (this.#counts.size >= MOST_CALLERS) this.#forget(window);
    const count = { window, taken: 0 };
    this.#counts.set(caller, count);
    return count;
  }

  #forget(window: number): void {
    for (const [caller, count] of this.#counts) if (count.window !== window) this.#counts.delete(caller);
    if (this.#counts.size >= MOST_CALLERS) this.#counts.clear();
  }

  #window(): number {
    return Math.floor(this.#clock.now() / RATE_WINDOW_MS);
  }
}
