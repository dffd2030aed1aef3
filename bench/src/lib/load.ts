/** What a load run measured. */
export interface LoadResult {
  readonly seconds: number;
  /** Milliseconds that each call took, in no particular order. */
  readonly latenciesMs: readonly number[];
  /** Share of one core that this process used meanwhile: near 1, the generator itself may be the limit. */
  readonly generatorCpu: number;
}

/** Calls `act` for 0…count-1, `slots` calls at a time, each slot one after the other. The first failure ends it. */
export async function load(
  count: number,
  slots: number,
  act: (index: number) => Promise<void>,
): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  let next = 0;
  const slot = async () => {
    while (next < count) {
      const index = next++;
      const before = performance.now();
      await act(index);
      latenciesMs.push(performance.now() - before);
    }
  };
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: Math.min(slots, count) }, slot));
  const elapsedMs = performance.now() - startedAt;
  const cpu = process.cpuUsage(cpuBefore);
  return { seconds: elapsedMs / 1000, latenciesMs, generatorCpu: (cpu.user + cpu.system) / 1000 / elapsedMs };
}
