import * as z from 'zod';
import { PORTABLE_VERSION, PortableTimer } from './portable.ts';
import { Instant, ScheduleId, TimerId } from './primitives.ts';
import { CreateScheduleRequest, Schedule } from './schedules.ts';

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** When a schedule runs. */
export const PortableTiming = z
  .union([
    z.strictObject({ cron: z.string().min(1).max(200), timezone: z.string().max(64) }),
    z.strictObject({ every_ms: z.int().min(1_000), anchor_at: Instant }),
  ])
  .meta({ id: 'PortableTiming' });
export type PortableTiming = z.infer<typeof PortableTiming>;

/**
 * A schedule as it moves between servers, together with the one timer that its plan has pending. Neither team nor
 * principal, nor any key or secret.
 */
export const PortableSchedule = z
  .strictObject({
    type: z.literal('schedule'),
    version: z.literal(PORTABLE_VERSION),
    id: ScheduleId,
    name: CreateScheduleRequest.shape.name,
    created_at: Instant,
    status: Schedule.shape.status,
    timing: PortableTiming,
    jitter_ms: z.int().min(0).max(3_600_000),
    overlap: Schedule.shape.overlap,
    catch_up: Schedule.shape.catch_up,
    template: Schedule.shape.template,
    /** Counts the changes of the plan; part of the ids of its occurrences. */
    revision: z.int().min(1).max(1_000_000_000),
    /** The run that comes next; null while paused, and when none is left. */
    next: z.strictObject({ planned_at: Instant, fire_at: Instant }).nullable(),
    /** The timer of that run; null where it has yet to be made. */
    occurrence: PortableTimer.nullable(),
    last_fired_timer_id: TimerId.nullable(),
    counts: z.strictObject({ fired: count, skipped: count, missed: count, cancelled: count, runs: count }),
    /** By which the request that made it is recognised when it is repeated. */
    fingerprint: z.string().max(64).nullable(),
  })
  .meta({ id: 'PortableSchedule' });
export type PortableSchedule = z.infer<typeof PortableSchedule>;
