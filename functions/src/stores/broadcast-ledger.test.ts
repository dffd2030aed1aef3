import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Timestamp } from 'firebase-admin/firestore';
import { EMPTY_LEDGER, isAcknowledged, type Ledger, movedOn, withAcknowledged } from './broadcast-ledger.ts';
import { commitPositionOf } from './timer-position.ts';

const COUNT = 200;
const START_S = 1_900_000_000;

/** Messages that came in half a second apart; two share each instant. */
const placeOf = (n: number) =>
  commitPositionOf({
    at: new Timestamp(START_S + Math.floor(n / 4), (n % 4 < 2 ? 0 : 500) * 1_000_000),
    id: `${String(n).padStart(3, '0')}${'x'.repeat(40)}`,
  });
const PLACES = Array.from({ length: COUNT }, (_, n) => placeOf(n));
const settledAt = (n: number) => new Timestamp(START_S + Math.floor(n / 4), 0);

/** Reads as the store does: what is after the mark, in order, up to some point. */
function seenBy({ mark }: Ledger, upTo: number): string[] {
  const from = mark === null ? 0 : PLACES.indexOf(mark) + 1;
  return PLACES.slice(from, Math.max(from, upTo));
}

const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ acknowledge: fc.nat(COUNT - 1) }) },
    { weight: 1, arbitrary: fc.record({ upTo: fc.nat(COUNT), settled: fc.nat(COUNT - 1) }) },
  ),
  { minLength: 150, maxLength: 400 },
);

describe('a ledger', () => {
  it('tells acknowledged messages from others, wherever its mark is and whenever that moved', () => {
    const moves = { count: 0 };
    void fc.assert(
      fc.property(steps, (all) => {
        const acknowledged = new Set<string>();
        let ledger: Ledger = EMPTY_LEDGER;
        for (const step of all) {
          if ('acknowledge' in step) {
            const place = placeOf(step.acknowledge);
            if (!isAcknowledged(ledger, place)) ledger = withAcknowledged(ledger, place);
            acknowledged.add(place);
          } else {
            const moved = movedOn(ledger, seenBy(ledger, step.upTo), new Set(), settledAt(step.settled));
            if (moved !== null) moves.count++;
            ledger = moved ?? ledger;
          }
        }
        expect(PLACES.filter((place) => isAcknowledged(ledger, place))).toEqual(
          PLACES.filter((place) => acknowledged.has(place)),
        );
      }),
      { seed: 20_300_131, numRuns: 60 },
    );
    // Else it would be a test of empty marks.
    expect(moves.count).toBeGreaterThan(30);
  });

  it('forgets what is over', () => {
    const done = PLACES.slice(10, 100).reduce(withAcknowledged, EMPTY_LEDGER);
    const moved = movedOn(done, PLACES.slice(0, 120), new Set(), settledAt(110));
    if (moved === null) throw new Error('the mark has not moved');
    expect(moved.left.slice(0, 10)).toEqual(PLACES.slice(0, 10));
    const more = PLACES.slice(120, 180).reduce(withAcknowledged, moved);
    const again = movedOn(more, seenBy(moved, COUNT), new Set(PLACES.slice(0, 10)), settledAt(196));
    expect(again?.left.some((place) => PLACES.indexOf(place) < 10)).toBe(false);
  });

  it('keeps its mark behind the instant up to which all is known', () => {
    const done = PLACES.slice(0, 100).reduce(withAcknowledged, EMPTY_LEDGER);
    expect(movedOn(done, PLACES, new Set(), settledAt(20))).toBeNull();
    const mark = movedOn(done, PLACES, new Set(), settledAt(80))?.mark;
    expect(PLACES.indexOf(mark ?? '')).toBeLessThanOrEqual(81);
  });
});
