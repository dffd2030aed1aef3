import type { TimerIn } from '../state.ts';

/** Starts the clock of a waiting timer. An instant in the past is due at once. */
export function start(timer: TimerIn<'waiting'>, now: number): TimerIn<'running'> {
  const { clock, ...rest } = timer;
  const fireAt = clock.type === 'span' ? now + clock.ms : clock.at;
  return {
    ...rest,
    status: 'running',
    startedAt: now,
    fireAt,
    totalMs: Math.max(0, fireAt - now),
    recheckAt: null,
  };
}
