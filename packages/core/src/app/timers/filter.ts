import type { Timer } from '../../domain/timer/state.ts';
import type { TimerFilter } from '../../ports/timer-store.ts';

/** Whether a timer is one that a list asks for, where no store has seen to that. */
export function matchesTimer(
  timer: Timer,
  filter: Omit<TimerFilter, 'hasExhausted' | 'settledBefore'>,
): boolean {
  const { statuses, agentId, name, labels = {}, fireBefore, fireAfter } = filter;
  const fireAt = 'fireAt' in timer ? timer.fireAt : null;
  return (
    (statuses === undefined || statuses.includes(timer.status)) &&
    (agentId === undefined || timer.agentId === agentId) &&
    (name === undefined || timer.name === name) &&
    Object.entries(labels).every(([key, value]) => timer.labels[key] === value) &&
    (fireBefore === undefined || (fireAt !== null && fireAt < fireBefore)) &&
    (fireAfter === undefined || (fireAt !== null && fireAt >= fireAfter))
  );
}
