import type { RealTime } from '../ports/real-time.ts';

/** Time that passes only while somebody waits, and then at once. `waits`: how long each one waited, in ms. */
export function fakeRealTime(): RealTime & { waits: number[] } {
  let now = 0;
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    wait: async (ms) => {
      waits.push(ms);
      now += ms;
    },
  };
}
