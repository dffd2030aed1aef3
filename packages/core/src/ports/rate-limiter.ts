/** The length of the windows that requests are counted in unless told, in ms: minutes of the clock. */
export const RATE_WINDOW_MS = 60_000;

/** Where a caller stands in the window that runs. */
export interface RateReading {
  allowed: boolean;
  /** Requests that a window has. */
  limit: number;
  /** Requests that are left of it, as far as is known; 0 where this one was refused. */
  remaining: number;
  /** Until the next window begins, in ms. */
  resetMs: number;
}

/** Counts requests by windows of the clock. */
export interface RateLimiter {
  /**
   * Counts a request, unless the limit is reached: a request that is refused does not count.
   * @param caller who is counted: requests of the same name share their window, which always has the same length
   * @param limit requests in a window, at least 1
   * @param windowMs `RATE_WINDOW_MS` unless told
   */
  take(caller: string, limit: number, windowMs?: number): Promise<RateReading>;
}
