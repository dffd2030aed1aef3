import { inspect } from 'node:util';
import type { Timer } from '@minoots/contract';

/** A timer as last read, whose clock goes on: `progress` (0 to 1) and the remaining time are of the moment they are asked. */
export type LiveTimer<T extends Timer = Timer> = T & {
  /** Milliseconds until it fires; the same as `time_remaining_ms`. */
  readonly timeRemaining: number;
};

/** @param readAtMs when the answer came, on the monotonic clock of `performance.now()` */
export function liveTimer<T extends Timer>(timer: T, readAtMs = performance.now()): LiveTimer<T> {
  const reading = () => readClock(timer, performance.now() - readAtMs);
  const live = { ...timer, timeRemaining: timer.time_remaining_ms };
  return Object.defineProperties(live, {
    progress: getter(() => reading().progress),
    time_remaining_ms: getter(() => reading().remainingMs),
    timeRemaining: getter(() => reading().remainingMs),
    // Without this a printed timer shows getters where its clock is.
    [inspect.custom]: { value: () => ({ ...live }) },
  });
}

/** Whether the clock has outrun what was read: the timer has fired by now, or is about to end. */
export function isOutdated(timer: Timer): boolean {
  return timer.status === 'firing' || (timer.status === 'running' && timer.time_remaining_ms === 0);
}

/**
 * Continues the server's own figures by the time that passed since, so a clock that differs from the server's
 * or a pause in the past does not matter.
 */
export function readClock(timer: Timer, elapsedMs: number): { progress: number; remainingMs: number } {
  const { status, progress, time_remaining_ms: remainedMs } = timer;
  if (status !== 'running') return { progress, remainingMs: remainedMs };
  const remainingMs = Math.max(0, Math.round(remainedMs - elapsedMs));
  const share = remainedMs === 0 ? 0 : remainingMs / remainedMs;
  return { progress: 1 - (1 - progress) * share, remainingMs };
}

function getter(get: () => number): PropertyDescriptor {
  return { get, enumerable: true, configurable: true };
}
