import type { TeamPlan } from './state.ts';

/** The history of a plan that keeps timers for good, in ms: longer than any instant can be. */
export const FOR_GOOD_MS = Number.MAX_SAFE_INTEGER;

/** How long a timer is kept once it has ended, in ms: as the plan has it, and longer for a while after a change to a smaller one. */
export function historyMsOf({ historyMs, grace }: TeamPlan, now: number): number {
  return grace !== null && grace.until > now ? Math.max(historyMs, grace.historyMs) : historyMs;
}

/** Until when a timer that ended then is kept, epoch ms, if the plan stays as it is: the first instant at which `historyMsOf` is over. */
export function keptUntil({ historyMs, grace }: TeamPlan, settledAt: number): number {
  const until = settledAt + historyMs;
  if (grace === null || grace.historyMs <= historyMs) return until;
  return Math.min(settledAt + grace.historyMs, Math.max(until, grace.until));
}

/** Whether both keep history for as long. */
export function keepsAlike(one: TeamPlan, other: TeamPlan): boolean {
  return (
    one.historyMs === other.historyMs &&
    one.grace?.historyMs === other.grace?.historyMs &&
    one.grace?.until === other.grace?.until
  );
}
