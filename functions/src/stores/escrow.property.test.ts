import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Bound,
  EMPTY_PART,
  freeOf,
  grantAnew,
  laterOf,
  MAX_SPREAD,
  type Part,
  roomOf,
  spreadOf,
  take,
  usedOf,
} from './escrow.ts';

/** What happens to a counter: places are taken or given back at a part, or its limit changes. */
type Step =
  | { type: 'take'; part: number; wanted: number; isForced: boolean }
  | { type: 'give'; part: number }
  | { type: 'limit'; max: number };

const part = fc.nat(MAX_SPREAD - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('take' as const),
      part,
      wanted: fc.integer({ min: 1, max: 40 }),
      isForced: fc.nat(9).map((dice) => dice === 0),
    }),
  },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('give' as const), part }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('limit' as const), max: fc.nat(2_000) }),
  },
);

/** A counter as the store keeps it: a part gives by itself what it has room for, and asks the others otherwise. */
class Counter {
  parts: Part[] = [EMPTY_PART];
  bound: Bound;

  constructor(max: number) {
    this.bound = { max, revision: 1 };
  }

  /** How many were taken. */
  take(at: number, wanted: number, isForced: boolean): number {
    const index = at % spreadOf(this.bound);
    while (this.parts.length < spreadOf(this.bound)) this.parts.push(EMPTY_PART);
    const own = this.parts[index] ?? EMPTY_PART;
    if (own.max === this.bound.max && roomOf(own) >= wanted) {
      this.parts[index] = { ...own, used: own.used + wanted };
      return wanted;
    }
    const free = Math.max(0, freeOf(this.parts, this.bound));
    const taken = isForced ? wanted : Math.min(wanted, free);
    if (taken > 0) this.parts = take(this.parts, index, taken, this.bound);
    return taken;
  }

  give(at: number): void {
    const index = at % this.parts.length;
    const own = this.parts[index];
    if (own !== undefined && own.used > 0) this.parts[index] = { ...own, used: own.used - 1 };
  }
}

describe('escrow', () => {
  it('never lets more be used than the limit, refuses nothing while there is room, and loses no place', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.array(step, { maxLength: 200 }), (max, steps) => {
        const counter = new Counter(max);
        for (const happens of steps) {
          const before = usedOf(counter.parts);
          if (happens.type === 'limit') {
            counter.bound = { max: happens.max, revision: counter.bound.revision + 1 };
            continue;
          }
          if (happens.type === 'give') {
            counter.give(happens.part);
            continue;
          }
          const { part: at, wanted, isForced } = happens;
          const free = Math.max(0, (counter.bound.max ?? 0) - before);
          const taken = counter.take(at, wanted, isForced);
          expect(taken).toBe(isForced ? wanted : Math.min(wanted, free));
          expect(usedOf(counter.parts)).toBe(before + taken);
        }
      }),
    );
  });

  it('changes only the parts that have to give way', () => {
    const bound = { max: 800, revision: 1 };
    const parts = grantAnew(
      [0, 0, 0, 0].map(() => EMPTY_PART),
      bound,
    );
    const after = take(parts, 0, 250, bound);
    expect(after.filter((each, number) => each !== parts[number])).toHaveLength(2);
    expect(freeOf(after, bound)).toBe(550);
  });

  it('goes by the later of two limits', () => {
    const [early, late] = [
      { max: 10, revision: 1 },
      { max: 5, revision: 2 },
    ];
    expect(laterOf(early, late)).toEqual(late);
    expect(laterOf(late, early)).toEqual(late);
  });
});
