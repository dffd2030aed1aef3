import { setTimeout } from 'node:timers/promises';
import type { RealTime } from '../ports/real-time.ts';

/** The time of the system since the process began. */
export const systemRealTime: RealTime = {
  now: () => performance.now(),
  wait: (ms) => setTimeout(ms, undefined, { ref: false }),
};
