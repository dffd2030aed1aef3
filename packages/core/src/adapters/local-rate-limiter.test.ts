import { beforeEach, describe, expect, it } from '@jest/globals';
import { LocalRateLimiter, RATE_WINDOW_MS } from './local-rate-limiter.ts';

const MINUTE = Date.UTC(2030, 0, 1);

describe('LocalRateLimiter', () => {
  let now: number;
  let limiter: LocalRateLimiter;
  beforeEach(() => {
    now = MINUTE + 20_000;
    limiter = new LocalRateLimiter({ now: () => now });
  });

  it('allows so many requests in a minute and no more, and says how many are left', async () => {
    const readings = [];
    for (let n = 0; n < 4; n++) readings.push(await limiter.take('key_1', 3));
    expect(readings.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
    ]);
    expect(readings[3]).toMatchObject({ limit: 3, resetMs: 40_000 });
  });

  it('begins anew with every minute of the clock', async () => {
    for (let n = 0; n < 3; n++) await limiter.take('key_1', 3);
    now = MINUTE + RATE_WINDOW_MS - 1;
    expect((await limiter.take('key_1', 3)).allowed).toBe(false);
    now++;
    expect(await limiter.take('key_1', 3)).toMatchObject({
      allowed: true,
      remaining: 2,
      resetMs: RATE_WINDOW_MS,
    });
  });

  it('counts callers apart', async () => {
    expect((await limiter.take('key_1', 1)).allowed).toBe(true);
    expect((await limiter.take('key_2', 1)).allowed).toBe(true);
    expect((await limiter.take('key_1', 1)).allowed).toBe(false);
  });

  it('goes by a changed limit at once', async () => {
    for (let n = 0; n < 3; n++) await limiter.take('key_1', 3);
    expect(await limiter.take('key_1', 10)).toMatchObject({ allowed: true, remaining: 6 });
    expect(await limiter.take('key_1', 2)).toMatchObject({ allowed: false, remaining: 0 });
  });

  it('tells where a caller stands without counting', async () => {
    await limiter.take('key_1', 2);
    for (let n = 0; n < 5; n++)
      expect(limiter.peek('key_1', 2)).toMatchObject({ allowed: true, remaining: 1 });
    await limiter.take('key_1', 2);
    expect(limiter.peek('key_1', 2).allowed).toBe(false);
    now += RATE_WINDOW_MS;
    expect(limiter.peek('key_1', 2)).toMatchObject({ allowed: true, remaining: 2 });
  });

  it('forgets callers of earlier minutes when there are too many', async () => {
    for (let n = 0; n < 50_000; n++) await limiter.take(`old_${n}`, 1);
    now += RATE_WINDOW_MS;
    await limiter.take('key_1', 1);
    expect((await limiter.take('key_1', 1)).allowed).toBe(false);
  });
});
