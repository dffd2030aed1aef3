import type { Timer } from './state.ts';
import { isTimeUp } from './time.ts';

/** Whether an alarm of a generation finds conditions that have to be judged before the timer can be woken. */
export function needsVerdict(timer: Timer, generation: number, now: number): boolean {
  return (
    timer.status === 'running' &&
    timer.conditions !== null &&
    timer.generation === generation &&
    isTimeUp(timer, now)
  );
}

/** Whether an alarm of a generation brings a timer to fire in which its schedule or a message has a say. */
export function needsFitness(timer: Timer, generation: number, now: number): boolean {
  return timer.generation === generation && isTimeUp(timer, now) && isFirstLook(timer);
}

/** One that looks at its conditions again, or was put off, was fit to run when it came due. */
export function isFirstLook(timer: Timer): boolean {
  if (timer.status !== 'running') return false;
  const { occurrence, escalates, recheckAt, throttledUntil } = timer;
  const isAsked = occurrence !== undefined || escalates !== undefined;
  return recheckAt === null && throttledUntil === undefined && isAsked;
}
