import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Clock } from './clock.ts';
import { RATE_WINDOW_MS, type RateLimiter } from './rate-limiter.ts';

const MINUTE = Date.UTC(2030, 0, 1);

/** What every RateLimiter keeps to that serves alone. */
export function rateLimiterContract(
  name: string,
  open: (clock: Clock) => Promise<{ limiter: RateLimiter; close(): Promise<void> }>,
): void {
  describe(`${name} as a RateLimiter`, () => {
    let now: number;
    let harness: Awaited<ReturnType<typeof open>>;
    let limiter: RateLimiter;
    beforeEach(async () => {
      now = MINUTE + 20_000;
      harness = await open({ now: () => now });
      limiter = harness.limiter;
    });
    afterEach(() => harness.close());

    const take = async (count: number, limit: number, caller = 'key_1') => {
      const readings = [];
      for (let n = 0; n < count; n++) readings.push(await limiter.take(caller, limit));
      return readings;
    };

    it.each([1, 2, 3, 10, 25])(
      'allows %d requests a minute and no more, and says how many are left',
      async (limit) => {
        const readings = await take(limit + 2, limit);
        expect(readings.map(({ allowed }) => allowed)).toEqual([...Array(limit).fill(true), false, false]);
        const left = Array.from({ length: limit }, (_, n) => limit - 1 - n);
        expect(readings.map(({ remaining }) => remaining)).toEqual([...left, 0, 0]);
        expect(readings.at(-1)).toMatchObject({ limit, resetMs: 40_000 });
      },
    );

    it('allows no more when they come at the same moment', async () => {
      const readings = await Promise.all(Array.from({ length: 60 }, () => limiter.take('key_1', 50)));
      expect(readings.filter(({ allowed }) => allowed)).toHaveLength(50);
    });

    it('begins anew with every minute of the clock', async () => {
      await take(30, 30);
      now = MINUTE + RATE_WINDOW_MS - 1;
      expect(await limiter.take('key_1', 30)).toMatchObject({ allowed: false, resetMs: 1 });
      now++;
      const readings = await take(31, 30);
      expect(readings[0]).toMatchObject({ allowed: true, remaining: 29, resetMs: RATE_WINDOW_MS });
      expect(readings.filter(({ allowed }) => allowed)).toHaveLength(30);
    });

    it('counts in longer windows where it is told to', async () => {
      const hour = 3_600_000;
      for (let n = 0; n < 20; n++) {
        expect(await limiter.take('hourly', 20, hour)).toMatchObject({ allowed: true, remaining: 19 - n });
        now += RATE_WINDOW_MS;
      }
      const refused = await limiter.take('hourly', 20, hour);
      expect(refused).toMatchObject({ allowed: false, resetMs: MINUTE + hour - now });
      now = MINUTE + hour;
      expect(await limiter.take('hourly', 20, hour)).toMatchObject({ allowed: true, remaining: 19 });
    });

    it('counts callers apart', async () => {
      expect((await limiter.take('key_1', 1)).allowed).toBe(true);
      expect((await limiter.take('key_2', 1)).allowed).toBe(true);
      expect((await limiter.take('key_1', 1)).allowed).toBe(false);
    });

    it('goes by a changed limit at once', async () => {
      await take(4, 3);
      expect(await limiter.take('key_1', 10)).toMatchObject({ allowed: true, remaining: 6 });
      expect(await limiter.take('key_1', 2)).toMatchObject({ allowed: false, remaining: 0 });
      const readings = await take(20, 20);
      expect(readings.filter(({ allowed }) => allowed)).toHaveLength(16);
    });
  });
}
