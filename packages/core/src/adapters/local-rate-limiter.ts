import type { Clock } from '../ports/clock.ts';
import { RATE_WINDOW_MS, type RateLimiter, type RateReading } from '../ports/rate-limiter.ts';

/** Callers that are counted at most; one more, and those of earlier windows are forgotten, or all. */
const MOST_CALLERS = 50_000;

interface Count {
  /** When its window is over, epoch ms. */
  endsAt: number;
  taken: number;
}

/** Counts requests in this process, by windows of the clock. Exact where one process serves. */
export class LocalRateLimiter implements RateLimiter {
  readonly #clock: Clock;
  readonly #counts = new Map<string, Count>();

  /** @param clock real time, since that is what a server has too little of */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async take(caller: string, limit: number, windowMs = RATE_WINDOW_MS): Promise<RateReading> {
    const now = this.#clock.now();
    const count = this.#countOf(caller, now, windowMs);
    const allowed = count.taken < limit;
    if (allowed) count.taken++;
    return { allowed, limit, remaining: Math.max(0, limit - count.taken), resetMs: count.endsAt - now };
  }

  #countOf(caller: string, now: number, windowMs: number): Count {
    const endsAt = (Math.floor(now / windowMs) + 1) * windowMs;
    const held = this.#counts.get(caller);
    if (held?.endsAt === endsAt) return held;
    if (this.#counts.size >= MOST_CALLERS) this.#forget(now);
    const count = { endsAt, taken: 0 };
    this.#counts.set(caller, count);
    return count;
  }

  #forget(now: number): void {
    for (const [caller, { endsAt }] of this.#counts) if (endsAt <= now) this.#counts.delete(caller);
    if (this.#counts.size >= MOST_CALLERS) this.#counts.clear();
  }
}
