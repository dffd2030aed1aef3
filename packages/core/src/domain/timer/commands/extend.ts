import { MAX_SPAN_MS } from '../../duration.ts';
import { ok, type Rejection, type Result, reject } from '../../rejection.ts';
import type { Change } from '../commands.ts';
import { entry } from '../log.ts';
import type { Timer } from '../state.ts';
import { timeRemainingMs, unthrottled } from '../time.ts';
import { refuseClockChange } from './refuse.ts';
import { withSpanForTouch } from './touch.ts';

/** Adds a span to the remaining time of a timer that has not fired. */
export function extend(timer: Timer, byMs: number, now: number): Result<Change> {
  const extended = lengthen(timer, byMs, now);
  if ('ok' in extended) return extended;
  if (timeRemainingMs(extended, now) > MAX_SPAN_MS) {
    return reject('invalid_request', 'the timer would then fire in more than 10 years', '/by');
  }
  return ok({
    timer: { ...extended, generation: timer.generation + 1 },
    entries: [entry(now, 'timer.extended', `Extended by ${byMs} ms`, { by_ms: byMs })],
  });
}

function lengthen(timer: Timer, byMs: number, now: number): Timer | Rejection {
  switch (timer.status) {
    case 'running': {
      // An overdue timer has 0 ms left, so the span counts from now.
      const fireAt = Math.max(timer.fireAt, now) + byMs;
      const totalMs = timer.totalMs + byMs;
      return { ...unthrottled(withSpanForTouch(timer)), fireAt, totalMs, recheckAt: null };
    }
    case 'paused':
      return {
        ...withSpanForTouch(timer),
        remainingMs: timer.remainingMs + byMs,
        totalMs: timer.totalMs + byMs,
      };
    case 'waiting': {
      const { clock } = timer;
      return {
        ...timer,
        clock: clock.type === 'span' ? { ...clock, ms: clock.ms + byMs } : { ...clock, at: clock.at + byMs },
      };
    }
    default:
      return refuseClockChange(timer, 'extend');
  }
}
