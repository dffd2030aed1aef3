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

/** Whether an alarm of a generation brings an occurrence of a schedule to fire, so that its schedule has a say. */
export function needsSchedule(timer: Timer, generation: number, now: number): boolean {
  return timer.generation === generation && isTimeUp(timer, now) && isFirstLook(timer);
}

/** An occurrence that looks at its conditions again was fit to run when it came due. */
export function isFirstLook(timer: Timer): boolean {
  return timer.status === 'running' && timer.recheckAt === null && timer.occurrence !== undefined;
}
