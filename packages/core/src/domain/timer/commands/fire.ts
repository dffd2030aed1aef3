import { ok, type Result } from '../../rejection.ts';
import type { Change } from '../commands.ts';
import { withDeliveries } from '../deliveries.ts';
import { entry } from '../log.ts';
import type { Timer, TimerIn } from '../state.ts';
import { refuseClockChange } from './refuse.ts';
import { start } from './start.ts';

/** Fires a pending timer at once, whatever it was waiting for. Its actions are due now, for the alarm that follows. */
export function fireNow(timer: Timer, now: number): Result<Change> {
  const generation = timer.generation + 1;
  switch (timer.status) {
    case 'waiting':
      return fireNow(start({ ...timer, clock: { type: 'instant', at: now } }, now), now);
    case 'paused': {
      const { remainingMs, ...rest } = timer;
      const totalMs = timer.totalMs - remainingMs;
      return ok(
        fire(
          { ...rest, status: 'running', fireAt: now, totalMs, recheckAt: null, generation },
          now,
          'Fired by request',
        ),
      );
    }
    case 'running':
      return ok(fire({ ...timer, fireAt: now, generation }, now, 'Fired by request'));
    default:
      return refuseClockChange(timer, 'fire');
  }
}

/** Turns a running timer into a fired one with a delivery per action; without actions it has then expired. */
export function fire(timer: TimerIn<'running'>, now: number, reason: string): Change {
  const { totalMs: _, recheckAt: __, throttledUntil: ___, ...rest } = timer;
  const driftMs = now - timer.fireAt;
  const fired = { ...rest, firedAt: now, driftMs };
  const entries = [entry(now, 'timer.fired', reason, { generation: timer.generation, drift_ms: driftMs })];
  if (timer.escalates !== undefined)
    entries.push(
      entry(now, 'message.unacknowledged', 'Nobody has acknowledged the message', {
        message_id: timer.escalates,
      }),
    );
  if (timer.events.expire.length === 0) {
    entries.push(entry(now, 'timer.expired', 'Done: the timer has no actions'));
    return { timer: { ...fired, status: 'expired', settledAt: now }, entries };
  }
  return { timer: withDeliveries({ ...fired, status: 'firing', settledAt: null }, 'expire', now), entries };
}
