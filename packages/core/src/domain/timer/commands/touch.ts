import { ok, type Result } from '../../rejection.ts';
import type { Change } from '../commands.ts';
import { entry } from '../log.ts';
import type { NewLogEntry, Timer, TimerIn } from '../state.ts';
import { unthrottled } from '../time.ts';
import { refuseClockChange } from './refuse.ts';

/**
 * Starts the clock again with the span that it had at first, so that shares of it come up again too. A paused timer stays
 * paused with all of it left; one that waits stays as it is, since its clock has not begun.
 */
export function touch(timer: Timer, now: number): Result<Change> {
  const generation = timer.generation + 1;
  switch (timer.status) {
    case 'waiting':
      return ok({ timer, entries: [] });
    case 'running': {
      const ms = spanOf(timer);
      const fresh = { startedAt: now, fireAt: now + ms, totalMs: ms, recheckAt: null, progressTold: 0 };
      const touchedTimer = { ...unthrottled(timer), ...fresh, generation };
      return ok({ timer: touchedTimer, entries: [touched(timer, ms, now)] });
    }
    case 'paused': {
      const ms = spanOf(timer);
      const fresh = { startedAt: now, remainingMs: ms, totalMs: ms, progressTold: 0 };
      return ok({ timer: { ...timer, ...fresh, generation }, entries: [touched(timer, ms, now)] });
    }
    default:
      return refuseClockChange(timer, 'touch');
  }
}

/** Keeps the span that the clock began with, for a change of the clock that touches are to undo. */
export function withSpanForTouch<T extends Timer>(timer: T): T {
  if (timer.touchMs !== undefined || !('totalMs' in timer)) return timer;
  return { ...timer, touchMs: timer.totalMs };
}

function spanOf({ touchMs, totalMs }: TimerIn<'running' | 'paused'>): number {
  return touchMs ?? totalMs;
}

/** Its place in the history is that of the touch before, if nothing happened in between: see `appendLog`. */
function touched({ log }: Timer, spanMs: number, now: number): NewLogEntry {
  const last = log.at(-1);
  const before = last?.type === 'timer.touched' ? Number(last.data?.times) : 0;
  const data = { span_ms: spanMs, times: before + 1 };
  return entry(now, 'timer.touched', `Touched: ${spanMs} ms from now`, data);
}
