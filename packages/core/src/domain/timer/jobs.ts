import { isForRunner } from '../action.ts';
import { canTake, type RunnerSkills } from '../runner.ts';
import type { Delivery, Timer } from './state.ts';

/** Whether a runner may take a job of the timer at `now`. */
export function hasJobFor(timer: Timer, runner: RunnerSkills, now: number): boolean {
  return fitting(timer, runner).some(({ status, lease }) =>
    lease === null ? status === 'queued' : lease.until <= now,
  );
}

/** When the first job that the runner could take comes free unless its lease is renewed, after `now`; null when none does. */
export function nextLapseFor(timer: Timer, runner: RunnerSkills, now: number): number | null {
  const ends = fitting(timer, runner).flatMap(({ lease }) =>
    lease !== null && lease.until > now ? [lease.until] : [],
  );
  return ends.length === 0 ? null : Math.min(...ends);
}

function fitting({ deliveries }: Timer, runner: RunnerSkills): Delivery[] {
  return deliveries.filter(({ action }) => isForRunner(action) && canTake(runner, action));
}
