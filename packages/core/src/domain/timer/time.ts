import type { Timer } from './state.ts';

/** When something is due next that nobody has taken on yet, in epoch ms; null when nothing is. This is what gets armed. */
export function dueAt(timer: Timer): number | null {
  switch (timer.status) {
    case 'running':
      return timer.recheckAt ?? timer.fireAt;
    case 'firing':
      return earliest(timer.deliveries.map(({ nextAttemptAt }) => nextAttemptAt));
    default:
      return null;
  }
}

/**
 * When the timer has to be looked at next, in epoch ms; null when nothing is left to do. Beside what is due this counts
 * the ends of leases. Those are not armed: whoever makes an attempt holds the alarm that led to it until the attempt is
 * recorded, so the end of a lease is for recovery alone.
 */
export function alarmAt(timer: Timer): number | null {
  return earliest([dueAt(timer), ...timer.deliveries.map(({ lease }) => lease?.until ?? null)]);
}

function earliest(instants: readonly (number | null)[]): number | null {
  return instants.reduce((first, at) => (at === null || (first !== null && first <= at) ? first : at), null);
}

/** Milliseconds until the timer fires, never negative; 0 once it fired or ended. */
export function timeRemainingMs(timer: Timer, now: number): number {
  switch (timer.status) {
    case 'waiting':
      return timer.clock.type === 'span' ? timer.clock.ms : Math.max(0, timer.clock.at - now);
    case 'running':
      return Math.max(0, timer.fireAt - now);
    case 'paused':
      return timer.remainingMs;
    default:
      return 0;
  }
}

/** Share of the timer's whole span that has passed, 0 to 1. */
export function progress(timer: Timer, now: number): number {
  switch (timer.status) {
    case 'waiting':
    case 'cancelled':
      return 0;
    case 'running':
    case 'paused':
      if (timer.totalMs <= 0) return timeRemainingMs(timer, now) === 0 ? 1 : 0;
      return Math.min(1, Math.max(0, 1 - timeRemainingMs(timer, now) / timer.totalMs));
    default:
      return 1;
  }
}

/** Whether only a redelivery can change the timer's status. */
export function isTerminal(timer: Timer): boolean {
  return (
    timer.status === 'expired' ||
    timer.status === 'failed' ||
    timer.status === 'skipped' ||
    timer.status === 'cancelled'
  );
}
