import { ok, type Result } from '../../rejection.ts';
import type { Change } from '../commands.ts';
import { withDeliveries } from '../deliveries.ts';
import { entry } from '../log.ts';
import type { Timer, TimerIn } from '../state.ts';
import { refuseClockChange } from './refuse.ts';

/** Ends a timer that has not fired. Cancelling a cancelled timer changes nothing. */
export function cancel(timer: Timer, now: number): Result<Change> {
  switch (timer.status) {
    case 'cancelled':
      return ok({ timer, entries: [] });
    case 'waiting':
    case 'running':
    case 'paused':
      return ok({
        timer: toCancelled(timer, now),
        entries: [entry(now, 'timer.cancelled', 'Cancelled before it fired')],
      });
    default:
      return refuseClockChange(timer, 'cancel');
  }
}

/** The cancelled form of a pending timer, with what its cancellation sets off. */
export function toCancelled(timer: TimerIn<'waiting' | 'running' | 'paused'>, now: number): Timer {
  return withDeliveries(settle(timer, now), 'cancel', now);
}

function settle(timer: TimerIn<'waiting' | 'running' | 'paused'>, now: number): Timer {
  const settled = { status: 'cancelled', settledAt: now, generation: timer.generation + 1 } as const;
  switch (timer.status) {
    case 'waiting': {
      const { clock: _, ...rest } = timer;
      return { ...rest, ...settled, startedAt: null, fireAt: null };
    }
    case 'running': {
      const { totalMs: _, recheckAt: __, throttledUntil: ___, ...rest } = timer;
      return { ...rest, ...settled };
    }
    case 'paused': {
      const { totalMs: _, remainingMs: __, ...rest } = timer;
      return { ...rest, ...settled, fireAt: null };
    }
  }
}
