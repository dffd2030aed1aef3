import { ok, type Result } from '../../rejection.ts';
import type { Change } from '../commands.ts';
import { entry } from '../log.ts';
import type { Timer } from '../state.ts';
import { refuseClockChange } from './refuse.ts';

/** Continues with the time that remained. Resuming a running timer changes nothing. */
export function resume(timer: Timer, now: number): Result<Change> {
  if (timer.status === 'running') return ok({ timer, entries: [] });
  if (timer.status !== 'paused') return refuseClockChange(timer, 'resume');
  const { remainingMs, ...rest } = timer;
  const fireAt = now + remainingMs;
  const running: Timer = {
    ...rest,
    status: 'running',
    fireAt,
    recheckAt: null,
    generation: timer.generation + 1,
  };
  return ok({
    timer: running,
    entries: [
      entry(now, 'timer.resumed', `Resumed with ${remainingMs} ms left`, { remaining_ms: remainingMs }),
    ],
  });
}
