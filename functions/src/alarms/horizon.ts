/** How far ahead a task may be scheduled, in ms: a day less than the 30 days that Cloud Tasks takes. */
export const HORIZON_MS = 29 * 86_400_000;

/**
 * Where an alarm stops next on its way to its instant; all in epoch ms. That is the instant itself when it has passed or
 * lies within the horizon. Otherwise it is a point of a grid that is counted back from the instant, so that whoever arms
 * the alarm, and whenever, comes upon the same stops and so upon the same task names.
 */
export function nextStop(at: number, now: number): number {
  const remainingMs = at - now;
  if (remainingMs <= HORIZON_MS) return at;
  return at - (Math.ceil(remainingMs / HORIZON_MS) - 1) * HORIZON_MS;
}
