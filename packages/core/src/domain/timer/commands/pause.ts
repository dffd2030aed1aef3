import { ok, type Result } from '../../rejection.ts';
import type { Change } from '../commands.ts';
import { entry } from '../log.ts';
import type { Timer } from '../state.ts';
import { timeRemainingMs } from '../time.ts';
import { refuseClockChange } from './refuse.ts';

/** Freezes the remaining time. Pausing a paused timer changes nothing. */
export function pause(timer: Timer, now: number): Result<Change> {
  if (timer.status === 'paused') return ok({ timer, entries: [] });
  if (timer.status !== 'running') return refuseClockChange(timer, 'pause');
  const { fireAt: _, recheckAt: __, throttledUntil: ___, ...rest } = timer;
  const remainingMs = timeRemainingMs(timer, now);
  const paused: Timer = { ...rest, status: 'paused', remainingMs, generation: timer.generation + 1 };
  return ok({
    timer: paused,
    entries: [
      entry(now, 'timer.paused', `Paused with ${remainingMs} ms left`, { remaining_ms: remainingMs }),
    ],
  });
}
