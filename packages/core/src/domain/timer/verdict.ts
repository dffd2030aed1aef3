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
