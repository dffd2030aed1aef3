import type { Change } from '../commands.ts';
import { entry } from '../log.ts';
import type { Schedule } from '../state.ts';
import { withdraw } from './withdraw.ts';

/** Takes the pending occurrence back and plans no other. Pausing a paused schedule changes nothing. */
export function pause(schedule: Schedule, now: number): Change {
  if (schedule.status !== 'active') return { schedule, entries: [] };
  const { next } = schedule;
  const data = next === null ? undefined : { withdrawn: new Date(next.plannedAt).toISOString() };
  return {
    schedule: { ...withdraw(schedule, 'remove', now), status: 'paused' },
    entries: [entry(now, 'schedule.paused', 'Paused by request', data)],
  };
}
