import { ok, type Result } from '../../rejection.ts';
import type { When } from '../../when.ts';
import type { Change } from '../commands.ts';
import { entry } from '../log.ts';
import type { Timer } from '../state.ts';
import { timeRemainingMs, unthrottled } from '../time.ts';
import { refuseClockChange } from './refuse.ts';
import { withSpanForTouch } from './touch.ts';

/** Sets a new time to fire. A paused timer stays paused with the new remaining time; a waiting one keeps waiting. */
export function reschedule(timer: Timer, when: When, now: number): Result<Change> {
  const generation = timer.generation + 1;
  const remainingMs = when.type === 'span' ? when.ms : Math.max(0, when.at - now);
  const done = (moved: Timer): Result<Change> =>
    ok({
      timer: moved,
      entries: [
        entry(now, 'timer.rescheduled', `Set to fire in ${remainingMs} ms`, { remaining_ms: remainingMs }),
      ],
    });

  switch (timer.status) {
    case 'waiting':
      return done({ ...timer, clock: when, generation });
    case 'paused': {
      const totalMs = timer.totalMs - timer.remainingMs + remainingMs;
      return done({ ...withSpan(timer, when), remainingMs, totalMs, generation });
    }
    case 'running': {
      const fireAt = when.type === 'span' ? now + when.ms : when.at;
      const totalMs = timer.totalMs - timeRemainingMs(timer, now) + remainingMs;
      return done({ ...unthrottled(withSpan(timer, when)), fireAt, totalMs, recheckAt: null, generation });
    }
    default:
      return refuseClockChange(timer, 'reschedule');
  }
}

/** A new span is one for touches too; an instant is for this once. */
function withSpan<T extends Timer>(timer: T, when: When): T {
  return when.type === 'span' ? { ...timer, touchMs: when.ms } : withSpanForTouch(timer);
}
