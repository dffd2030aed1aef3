import { PORTABLE_VERSION, type PortableSchedule } from '@minoots/contract';
import type { Schedule } from '../domain/schedule/state.ts';
import type { Timer } from '../domain/timer/state.ts';
import { toPortable } from './portable.ts';
import { toInstant } from './timer.ts';

/** A schedule in the form in which it moves between servers. @param occurrence the pending timer of its plan, once made */
export function toPortableSchedule(schedule: Schedule, occurrence: Timer | null): PortableSchedule {
  const { spec, next } = schedule;
  return {
    type: 'schedule',
    version: PORTABLE_VERSION,
    id: schedule.id,
    name: schedule.name,
    created_at: toInstant(schedule.createdAt),
    status: schedule.status === 'active' ? 'active' : 'paused',
    timing:
      spec.type === 'cron'
        ? { cron: spec.expression, timezone: spec.timezone }
        : { every_ms: spec.everyMs, anchor_at: toInstant(spec.anchorAt) },
    jitter_ms: schedule.jitterMs,
    overlap: schedule.overlap,
    catch_up: schedule.catchUp,
    template: schedule.template,
    revision: schedule.revision,
    next: next && { planned_at: toInstant(next.plannedAt), fire_at: toInstant(next.at) },
    occurrence: occurrence && toPortable(occurrence),
    last_fired_timer_id: schedule.lastFired,
    counts: schedule.counts,
    fingerprint: schedule.fingerprint,
  };
}
