import type { TeamPlan } from './state.ts';

/** How long a timer is kept once it has ended, in ms: as the plan has it, and longer for a while after a change to a smaller one. */
export function historyMsOf({ historyMs, grace }: TeamPlan, now: number): number {
  return grace !== null && grace.until > now ? Math.max(historyMs, grace.historyMs) : historyMs;
}
