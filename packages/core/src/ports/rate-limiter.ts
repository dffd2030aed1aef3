/** Where a caller stands in the minute that runs. */
export interface RateReading {
  allowed: boolean;
  /** Requests that a minute has. */
  limit: number;
  /** Requests that are left of it; 0 where this one was refused. */
  remaining: number;
  /** Until the next minute begins, in ms. */
  resetMs: number;
}

/** Counts requests by minute. */
export interface RateLimiter {
  /**
   * Counts a request.
   * @param caller who is counted: requests of the same name share their minute
   * @param limit requests a minute, at least 1
   */
  take(caller: string, limit: number): Promise<RateReading>;
  /** Where a caller stands, without counting a request. */
  peek(caller: string, limit: number): RateReading;
}
