import { describe, expect, it } from '@jest/globals';
import { findCycles } from './batch-cycles.ts';

describe('findCycles', () => {
  it.each<[string, number[][], number[]]>([
    ['nothing', [], []],
    ['items that wait for none', [[], []], []],
    ['a chain in any order', [[2], [0], []], []],
    ['a diamond', [[], [0], [0], [1, 2]], []],
    ['an item that waits for itself', [[0], []], [0]],
    [
      'a circle, with what waits for it and without what it waits for',
      [[2, 3], [0], [1], [], [0], [3]],
      [0, 1, 2, 4],
    ],
  ])('finds in %s those that can never start', (_, parents, stuck) => {
    expect([...findCycles(parents)].sort()).toEqual(stuck);
  });
});
