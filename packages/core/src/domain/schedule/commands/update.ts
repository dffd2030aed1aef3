import type { Change, ScheduleChanges } from '../commands.ts';
import { entry } from '../log.ts';
import { occurrenceAfter } from '../occurrences.ts';
import type { Schedule } from '../state.ts';
import { unsettled, withdraw } from './withdraw.ts';

/** What requests call a field, where that is something else. */
const NAMES: Readonly<Record<string, string>> = {
  spec: 'timing',
  jitterMs: 'jitter',
  catchUp: 'catch_up',
};

/** Changes name or plan. The pending occurrence is made anew by a changed plan, unless it is due already. */
export function update(schedule: Schedule, changes: ScheduleChanges, now: number): Change {
  const { name, prepared: _, ...plan } = changes;
  const fields = Object.keys(plan).flatMap((field) => NAMES[field] ?? field);
  const message = `Changed ${[...(name === undefined ? [] : ['name']), ...fields].join(', ')}`;
  const entries = [entry(now, 'schedule.updated', message)];
  const changed = { ...schedule, ...changes };
  if (schedule.status !== 'active' || Object.keys(plan).length === 0) return { schedule: changed, entries };
  const { next } = schedule;
  const isDue = next !== null && next.at <= now;
  // One that is due may be firing at this moment, so it is left alone: made anew it could fire twice.
  const free = isDue ? unsettled(changed, now) : withdraw(changed, 'remove', now);
  const planned = next === null || changes.spec !== undefined ? now : next.plannedAt;
  const after = isDue || planned === now ? planned : planned - 1;
  return { schedule: { ...free, next: occurrenceAfter(free, after) }, entries };
}
