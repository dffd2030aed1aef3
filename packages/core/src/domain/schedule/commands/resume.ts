import type { Change } from '../commands.ts';
import { entry } from '../log.ts';
import { occurrenceAfter } from '../occurrences.ts';
import type { Schedule } from '../state.ts';
import { unsettled } from './withdraw.ts';

/** Goes on with the first occurrence from now on; nothing is made up for. Resuming an active schedule changes nothing. */
export function resume(schedule: Schedule, now: number): Change {
  if (schedule.status !== 'paused') return { schedule, entries: [] };
  const next = occurrenceAfter(schedule, now);
  return {
    schedule: { ...unsettled(schedule, now), status: 'active', next },
    entries: [entry(now, 'schedule.resumed', 'Resumed by request')],
  };
}
