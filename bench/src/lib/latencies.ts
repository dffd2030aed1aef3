/** Percentiles of a set of samples, in the unit of the samples. */
export interface Summary {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly min: number;
}

/** Summarises samples by the nearest-rank method. Throws when there are none. */
export function summarise(samples: Iterable<number>): Summary {
  const sorted = Float64Array.from(samples).sort();
  if (sorted.length === 0) throw new Error('there are no samples to summarise');
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: rank(0.5), p99: rank(0.99), max: rank(1), min: rank(0) };
}
