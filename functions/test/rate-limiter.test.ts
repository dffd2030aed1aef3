import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RATE_WINDOW_MS } from '@minoots/core';
import { rateLimiterContract, silentLogger } from '@minoots/core/testing';
import { FirestoreRatePool } from '../src/limits/rate-pool.ts';
import { SharedRateLimiter } from '../src/limits/shared-rate-limiter.ts';
import { type MeteredFirestore, openFirestore, openMeteredFirestore } from './support/firestore.ts';

const LIMIT = 120;
const MINUTE = Date.UTC(2030, 0, 1);

rateLimiterContract('SharedRateLimiter', async (clock) => {
  const { firestore, close } = await openFirestore();
  const pool = new FirestoreRatePool(firestore);
  return { limiter: new SharedRateLimiter({ pool, clock, logger: silentLogger }), close };
});

describe('SharedRateLimiter', () => {
  let database: MeteredFirestore;
  let now: number;
  beforeEach(async () => {
    database = await openMeteredFirestore();
    now = MINUTE;
  });
  afterEach(() => database.close());

  const instance = () =>
    new SharedRateLimiter({
      pool: new FirestoreRatePool(database.firestore),
      clock: { now: () => now },
      logger: silentLogger,
    });

  /** How many of so many requests an instance answers, a few at a time. */
  async function answered(limiter: SharedRateLimiter, requests: number): Promise<number> {
    let count = 0;
    for (let n = 0; n < requests; n += 10) {
      const readings = await Promise.all(Array.from({ length: 10 }, () => limiter.take('key_1', LIMIT)));
      count += readings.filter(({ allowed }) => allowed).length;
    }
    return count;
  }

  it('asks nothing of the store for a tenth of the limit, and then once for each further tenth', async () => {
    const limiter = instance();
    const before = database.meter.snapshot();
    for (let n = 0; n < LIMIT / 10; n++) await limiter.take('key_1', LIMIT);
    expect(database.meter.since(before)).toMatchObject({ reads: 0, writes: 0 });
    await limiter.take('key_1', LIMIT);
    expect(database.meter.since(before)).toMatchObject({ reads: 1, writes: 1 });
    await answered(limiter, LIMIT);
    expect(database.meter.since(before)).toMatchObject({ reads: 9, writes: 9 });
  });

  it('asks nothing of the store for what it refuses', async () => {
    const [limiter, rival] = [instance(), instance()];
    await answered(rival, LIMIT);
    await answered(limiter, LIMIT);
    const before = database.meter.snapshot();
    expect(await answered(limiter, LIMIT)).toBe(0);
    expect(database.meter.since(before)).toMatchObject({ reads: 0, writes: 0 });
  });

  it.each([1, 2, 3, 7])('answers at most limit × (0.9 + 0.1 × %d) over so many instances', async (count) => {
    const limiters = Array.from({ length: count }, instance);
    for (let minute = 0; minute < 2; minute++) {
      const counts = await Promise.all(limiters.map((limiter) => answered(limiter, LIMIT)));
      expect(counts.reduce((sum, each) => sum + each)).toBe(Math.round(LIMIT * (0.9 + 0.1 * count)));
      now += RATE_WINDOW_MS;
    }
  });

  it('leaves the window of an instance whose clock is ahead as it is', async () => {
    const pool = new FirestoreRatePool(database.firestore);
    const draw = { caller: 'key_1', wanted: 10, size: 20 };
    expect(await pool.draw({ ...draw, endsAt: 480_000 })).toEqual({ granted: 10, drawn: 10 });
    expect(await pool.draw({ ...draw, endsAt: 420_000 })).toEqual({ granted: 10, drawn: 20 });
    expect(await pool.draw({ ...draw, endsAt: 480_000 })).toEqual({ granted: 0, drawn: 20 });
    expect(await pool.draw({ ...draw, endsAt: 540_000 })).toEqual({ granted: 10, drawn: 10 });
  });

  it('counts by itself while the store does not answer', async () => {
    const pool = { draw: () => Promise.reject(new Error('out of reach')) };
    const limiter = new SharedRateLimiter({ pool, clock: { now: () => now }, logger: silentLogger });
    expect(await answered(limiter, 2 * LIMIT)).toBe(LIMIT);
  });
});
