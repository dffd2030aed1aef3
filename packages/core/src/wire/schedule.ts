import type * as wire from '@minoots/contract';
import { localText } from '../domain/local-time.ts';
import { runNote, type ScheduleSpec } from '../domain/schedule/spec.ts';
import type { NewScheduleLogEntry, Schedule } from '../domain/schedule/state.ts';
import { toInstant } from './timer.ts';

/** A schedule as the API shows it. */
export function toWireSchedule(schedule: Schedule): wire.Schedule {
  const { spec, next } = schedule;
  const isCron = spec.type === 'cron';
  return {
    id: schedule.id,
    team_id: schedule.teamId,
    created_by: schedule.createdBy,
    name: schedule.name,
    status: schedule.status === 'active' ? 'active' : 'paused',
    cron: isCron ? spec.expression : null,
    timezone: isCron ? spec.timezone : null,
    every_ms: isCron ? null : spec.everyMs,
    anchor_at: isCron ? null : toInstant(spec.anchorAt),
    jitter_ms: schedule.jitterMs,
    overlap: schedule.overlap,
    catch_up: schedule.catchUp,
    template: schedule.template,
    next: next && {
      planned_at: toInstant(next.plannedAt),
      fire_at: toInstant(next.at),
      timer_id: next.timerId,
    },
    last_fired_timer_id: schedule.lastFired,
    counts: schedule.counts,
    created_at: toInstant(schedule.createdAt),
    updated_at: toInstant(schedule.updatedAt),
  };
}

/** A run of a plan as the API shows it. @param at null where its jitter is not known yet */
export function toWireOccurrence(
  spec: ScheduleSpec,
  { plannedAt, at }: { plannedAt: number; at: number | null },
): wire.PlannedOccurrence {
  return {
    planned_at: toInstant(plannedAt),
    fire_at: toInstant(at),
    local_time: spec.type === 'cron' ? localText(plannedAt, spec.timezone) : null,
    dst: runNote(spec, plannedAt),
  };
}

/** A history entry as the API shows it. */
export function toWireScheduleLogEntry({
  at,
  type,
  message,
  data,
}: NewScheduleLogEntry): wire.ScheduleLogEntry {
  return { at: toInstant(at), type, message, ...(data === undefined ? {} : { data }) };
}
