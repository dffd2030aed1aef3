import type { Timer, TimerIn } from './state.ts';
import { isTimeUp } from './time.ts';

/**
 * The timer that an occurrence of a schedule must not fire beside, where an alarm of a generation brings it to fire; null
 * where none matters.
 */
export function rivalOf(timer: Timer, generation: number, now: number): string | null {
  if (timer.generation !== generation || !isTimeUp(timer, now)) return null;
  return firstLook(timer)?.notWhile ?? null;
}

/**
 * Why an occurrence of a schedule that came due does not fire; null when it does, as does any other timer.
 * @param isOverlapping whether the timer named by `rivalOf` still delivers; needed where there is one
 */
export function reasonNotToRun(
  timer: TimerIn<'running'>,
  isOverlapping: boolean | undefined,
  now: number,
): string | null {
  const rules = firstLook(timer);
  if (rules === undefined) return null;
  const { missedAfterMs, notWhile } = rules;
  const lateMs = now - timer.fireAt;
  if (missedAfterMs !== null && lateMs > missedAfterMs)
    return `Missed: its time had passed by ${lateMs} ms when it came up, and catch_up is none`;
  if (notWhile === null) return null;
  if (isOverlapping === undefined)
    throw new Error(`timer ${timer.id} was woken without a look at ${notWhile}`);
  return isOverlapping ? `The occurrence before, ${notWhile}, still delivers, and overlap is skip` : null;
}

/** An occurrence that waits for its conditions was fit to run when it came due. */
function firstLook(timer: Timer): Timer['occurrence'] {
  return timer.status === 'running' && timer.recheckAt === null ? timer.occurrence : undefined;
}
