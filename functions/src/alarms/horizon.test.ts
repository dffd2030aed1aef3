import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HORIZON_MS, nextStop } from './horizon.ts';

const NOW = Date.UTC(2030, 0, 1);
const DAY_MS = 86_400_000;
const now = fc.integer({ min: 0, max: 4e12 });
const remainingMs = fc.oneof(
  fc.integer({ min: -DAY_MS, max: 3_700 * DAY_MS }),
  fc.integer({ min: 0, max: 120 }).map((hops) => hops * HORIZON_MS),
);

describe('nextStop', () => {
  it('is the instant itself up to 29 days ahead, also when it has passed', () => {
    expect(nextStop(NOW - 5_000, NOW)).toBe(NOW - 5_000);
    expect(nextStop(NOW + 29 * DAY_MS, NOW)).toBe(NOW + 29 * DAY_MS);
  });

  it('stops on the way to what lies further ahead', () => {
    expect(nextStop(NOW + 29 * DAY_MS + 1, NOW)).toBe(NOW + 1);
    expect(nextStop(NOW + 60 * DAY_MS, NOW)).toBe(NOW + 2 * DAY_MS);
    expect(nextStop(NOW + 58 * DAY_MS, NOW)).toBe(NOW + 29 * DAY_MS);
  });

  it('lies ahead of a present that is before the instant, and never beyond the horizon', () => {
    fc.assert(
      fc.property(now, remainingMs, (from, ahead) => {
        const stop = nextStop(from + ahead, from);
        if (ahead > 0) expect(stop).toBeGreaterThan(from);
        expect(stop - from).toBeLessThanOrEqual(HORIZON_MS);
      }),
    );
  });

  it('stays the same until it is reached', () => {
    fc.assert(
      fc.property(now, remainingMs, fc.double({ min: 0, max: 1, noNaN: true }), (from, ahead, share) => {
        const stop = nextStop(from + ahead, from);
        const between = from + Math.floor(Math.max(0, stop - from - 1) * share);
        expect(nextStop(from + ahead, between)).toBe(stop);
      }),
    );
  });

  it('comes to the instant in as few stops as the horizon allows', () => {
    fc.assert(
      fc.property(now, remainingMs, (from, ahead) => {
        const at = from + ahead;
        let stops = 1;
        for (let stop = nextStop(at, from); stop !== at; stop = nextStop(at, stop)) stops++;
        expect(stops).toBe(Math.max(1, Math.ceil(ahead / HORIZON_MS)));
      }),
    );
  });
});
