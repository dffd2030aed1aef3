import { describe, expect, it } from '@jest/globals';
import { summarise } from './latencies.ts';

describe('summarise', () => {
  it('takes percentiles by nearest rank, whatever the order of the samples', () => {
    const samples = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(summarise(samples)).toEqual({ p50: 50, p99: 99, max: 100, min: 1 });
  });

  it('sorts numbers as numbers', () => {
    expect(summarise([9, 10, 100]).p50).toBe(10);
  });

  it('refuses an empty set', () => {
    expect(() => summarise([])).toThrow('no samples');
  });
});
