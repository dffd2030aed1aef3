import type { Clock } from '@minoots/core';

/** The system's clock. */
export const realClock: Clock = { now: () => Date.now() };
