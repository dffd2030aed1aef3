import type { When } from '../../when.ts';
import type { TimerIn } from '../state.ts';

/** Starts the clock of a waiting timer. An instant in the past is due at once. */
export function start(timer: TimerIn<'waiting'>, now: number): TimerIn<'running'> {
  const { clock, ...rest } = timer;
  return { ...rest, ...running(clock, now) };
}

/** What a clock that starts at `now` makes of a timer. */
export function running(
  clock: When,
  now: number,
): Pick<TimerIn<'running'>, 'status' | 'startedAt' | 'fireAt' | 'totalMs' | 'recheckAt'> {
  const fireAt = clock.type === 'span' ? now + clock.ms : clock.at;
  return { status: 'running', startedAt: now, fireAt, totalMs: Math.max(0, fireAt - now), recheckAt: null };
}
