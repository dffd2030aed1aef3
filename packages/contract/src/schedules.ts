import * as z from 'zod';
import { Cursor, Duration, Instant, JsonObject, ScheduleId, TimerId } from './primitives.ts';
import { CreateTimerRequest, Limit } from './timer.ts';

/** Largest `template` accepted, in bytes of its JSON text. */
export const MAX_TEMPLATE_BYTES = 262_144;
/** Most occurrences that one request foresees. */
export const MAX_FORESEEN = 100;

const { name: Name, ...templateFields } = CreateTimerRequest.shape;

const timing = {
  /** Five fields, or six with the second first, read as wall-clock time of `timezone`. Either this or `every`. */
  cron: z.string().min(1).max(200).optional(),
  /** IANA zone, such as `Europe/Paris`. Goes with `cron`. */
  timezone: z.string().max(64).optional(),
  /** 1 s to 10 years, counted from the instant at which this was set. */
  every: Duration.optional(),
  /** Up to 1 h: each occurrence is later by a part of it that is always the same for that occurrence. */
  jitter: Duration.optional(),
};

/** When a schedule runs. */
export type ScheduleTiming = z.infer<z.ZodObject<typeof timing>>;

/** What each occurrence is: a timer without its time. Its name is that of the schedule unless told. */
export const ScheduleTemplate = z
  .strictObject({ name: Name.optional(), ...templateFields })
  .omit({
    id: true,
    duration: true,
    fire_at: true,
    fire_at_local: true,
    timezone: true,
    depends_on: true,
    depends_on_when: true,
    on_dependency_failure: true,
  })
  .refine(
    (template) => new TextEncoder().encode(JSON.stringify(template)).length <= MAX_TEMPLATE_BYTES,
    'at most 256 KiB of JSON',
  )
  .meta({ id: 'ScheduleTemplate' });
export type ScheduleTemplate = z.infer<typeof ScheduleTemplate>;

/** What becomes of an occurrence that comes due while the one that fired before still delivers. */
export const Overlap = z.enum(['skip', 'allow']).meta({ id: 'Overlap' });
export type Overlap = z.infer<typeof Overlap>;

/** Of occurrences that an outage made late: none fires, or one. */
export const CatchUp = z.enum(['none', 'one']).meta({ id: 'CatchUp' });
export type CatchUp = z.infer<typeof CatchUp>;

export const CreateScheduleRequest = z
  .strictObject({
    id: ScheduleId.optional(),
    name: Name,
    ...timing,
    /** `skip` unless told. */
    overlap: Overlap.optional(),
    /** `none` unless told. */
    catch_up: CatchUp.optional(),
    template: ScheduleTemplate,
  })
  .meta({ id: 'CreateScheduleRequest' });
export type CreateScheduleRequest = z.infer<typeof CreateScheduleRequest>;

/** What may change; it holds for the occurrences to come. `cron` keeps its zone unless told, `every` takes its place. */
export const UpdateScheduleRequest = z
  .strictObject({
    name: Name.optional(),
    ...timing,
    overlap: Overlap.optional(),
    catch_up: CatchUp.optional(),
    template: ScheduleTemplate.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'give at least one field to change')
  .meta({ id: 'UpdateScheduleRequest' });
export type UpdateScheduleRequest = z.infer<typeof UpdateScheduleRequest>;

export const ScheduleStatus = z.enum(['active', 'paused']).meta({ id: 'ScheduleStatus' });
export type ScheduleStatus = z.infer<typeof ScheduleStatus>;

export const Schedule = z
  .object({
    id: ScheduleId,
    team_id: z.string(),
    created_by: z.string(),
    name: z.string(),
    status: ScheduleStatus,
    /** Null with `every_ms`. */
    cron: z.string().nullable(),
    timezone: z.string().nullable(),
    /** Null with `cron`. */
    every_ms: z.int().nullable(),
    /** What `every_ms` counts from. */
    anchor_at: Instant.nullable(),
    jitter_ms: z.int(),
    overlap: Overlap,
    catch_up: CatchUp,
    template: ScheduleTemplate,
    /** The occurrence that is pending; null while paused, and when none is left. */
    next: z.object({ planned_at: Instant, fire_at: Instant, timer_id: TimerId }).nullable(),
    /** The occurrence that fired last. */
    last_fired_timer_id: TimerId.nullable(),
    counts: z.object({
      fired: z.int(),
      /** Came due and did not fire: too late, overlapping, or by their conditions. */
      skipped: z.int(),
      /** Never came due, since nothing could fire at their time. At most 1,000 are counted at once. */
      missed: z.int(),
      /** Cancelled or deleted by hand. */
      cancelled: z.int(),
      /** Asked for beside the plan. */
      runs: z.int(),
    }),
    created_at: Instant,
    updated_at: Instant,
  })
  .meta({ id: 'Schedule' });
export type Schedule = z.infer<typeof Schedule>;

export const ListSchedulesQuery = z.strictObject({
  status: ScheduleStatus.optional(),
  limit: Limit,
  cursor: Cursor.optional(),
});
export type ListSchedulesQuery = z.infer<typeof ListSchedulesQuery>;

export const SchedulePage = z
  .object({ data: z.array(Schedule), next_cursor: z.string().nullable() })
  .meta({ id: 'SchedulePage' });
export type SchedulePage = z.infer<typeof SchedulePage>;

/** Everything that can happen to a schedule, as its history names it. */
export const ScheduleEventType = z
  .enum([
    'schedule.created',
    'schedule.updated',
    'schedule.paused',
    'schedule.resumed',
    'schedule.run',
    'occurrence.skipped',
    'occurrence.missed',
    'occurrence.cancelled',
    'occurrence.moved',
  ])
  .meta({ id: 'ScheduleEventType' });
export type ScheduleEventType = z.infer<typeof ScheduleEventType>;

export const ScheduleLogEntry = z
  .object({ at: Instant, type: ScheduleEventType, message: z.string(), data: JsonObject.optional() })
  .meta({ id: 'ScheduleLogEntry' });
export type ScheduleLogEntry = z.infer<typeof ScheduleLogEntry>;

/** What a clock change has to do with a local time: no clock shows it, or clocks show it twice. */
export const LocalTimeNote = z
  .object({ kind: z.enum(['skipped', 'repeated']), detail: z.string() })
  .meta({ id: 'LocalTimeNote' });
export type LocalTimeNote = z.infer<typeof LocalTimeNote>;

/** One run of a plan. */
export const PlannedOccurrence = z
  .object({
    planned_at: Instant,
    /** With its jitter; null in a preview with jitter, since that depends on the id of the schedule. */
    fire_at: Instant.nullable(),
    /** What clocks show in the zone of the schedule; null with `every`. */
    local_time: z.string().nullable(),
    dst: LocalTimeNote.nullable(),
  })
  .meta({ id: 'PlannedOccurrence' });
export type PlannedOccurrence = z.infer<typeof PlannedOccurrence>;

export const PlannedOccurrences = z
  .object({ data: z.array(PlannedOccurrence) })
  .meta({ id: 'PlannedOccurrences' });
export type PlannedOccurrences = z.infer<typeof PlannedOccurrences>;

export const NextOccurrencesQuery = z.strictObject({
  count: z.coerce
    .number()
    .pipe(z.int().min(1).max(MAX_FORESEEN))
    .default(10)
    .meta({ override: { type: 'integer', minimum: 1, maximum: MAX_FORESEEN } }),
});
export type NextOccurrencesQuery = z.infer<typeof NextOccurrencesQuery>;

/** Asks what a schedule of this timing would do. */
export const PreviewScheduleRequest = z
  .strictObject({
    ...timing,
    /** Occurrences to foresee: 1 to 100, 10 unless told. */
    count: z.int().min(1).max(MAX_FORESEEN).optional(),
  })
  .meta({ id: 'PreviewScheduleRequest' });
export type PreviewScheduleRequest = z.infer<typeof PreviewScheduleRequest>;
