import { describe, expect, it } from '@jest/globals';
import { rateLimiterContract } from '../ports/rate-limiter.contract.ts';
import { RATE_WINDOW_MS } from '../ports/rate-limiter.ts';
import { LocalRateLimiter } from './local-rate-limiter.ts';

rateLimiterContract('LocalRateLimiter', async (clock) => ({
  limiter: new LocalRateLimiter(clock),
  close: async () => {},
}));

describe('LocalRateLimiter', () => {
  it('forgets callers of earlier windows when there are too many', async () => {
    let now = Date.UTC(2030, 0, 1);
    const limiter = new LocalRateLimiter({ now: () => now });
    for (let n = 0; n < 50_000; n++) await limiter.take(`old_${n}`, 1);
    now += RATE_WINDOW_MS;
    await limiter.take('key_1', 1);
    expect((await limiter.take('key_1', 1)).allowed).toBe(false);
  });
});
