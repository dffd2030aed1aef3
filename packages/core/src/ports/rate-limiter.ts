/** The length of the windows that requests are counted in, in ms: minutes of the clock. */
export const RATE_WINDOW_MS = 60_000;

/** Where a caller stands in the minute that runs. */
export interface RateReading {
  allowed: boolean;
  /** Requests that a minute has. */
  limit: number;
  /** Requests that are left of it, as far as is known; 0 where this one was refused. */
  remaining: number;
  /** Until the next minute begins, in ms. */
  resetMs: number;
}

/** Counts requests by minute. */
export interface RateLimiter {
  /**
   * Counts a request, unless the limit is reached: a request that is refused does not count.
   * @param caller who is counted: requests of the same name share their minute
   * @param limit requests a minute, at least 1
   */
  take(caller: string, limit: number): Promise<RateReading>;
}
