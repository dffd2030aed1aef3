import type { Plans, TeamPlan } from '@minoots/core';

/** A plan that keeps ended timers for so long, in ms. */
export function planKeeping(historyMs: number): TeamPlan {
  return { id: 'pro', setBy: 'default', since: 0, historyMs, grace: null };
}

/** All teams are on a plan that keeps ended timers for so long, in ms. */
export function plansKeeping(historyMs: number): Plans {
  return { of: async () => planKeeping(historyMs) };
}
