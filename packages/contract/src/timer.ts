import * as z from 'zod';
import { ActionType, Retry, TimerEvents } from './actions.ts';
import { Conditions, OnUnmet } from './conditions.ts';
import { EventType } from './events.ts';
import {
  Cursor,
  DeliveryId,
  Duration,
  EndpointId,
  Instant,
  JsonObject,
  MessageId,
  ScheduleId,
  TimerId,
} from './primitives.ts';
import { SharePermission } from './shares.ts';
import { AgentId, Labels, Metadata, Name, timeFields } from './timer-fields.ts';

export const TimerStatus = z
  .enum(['waiting', 'running', 'paused', 'firing', 'expired', 'failed', 'skipped', 'cancelled'])
  .meta({ id: 'TimerStatus' });
export type TimerStatus = z.infer<typeof TimerStatus>;

/** Statuses that only a redelivery can leave. */
export const TERMINAL_STATUSES = [
  'expired',
  'failed',
  'skipped',
  'cancelled',
] as const satisfies TimerStatus[];

/** Most timers in one batch request. */
export const MAX_BATCH = 1_000;
/** Most timers that one timer may wait for. */
export const MAX_PARENTS = 20;

/** What a parent has to do: come to fire, or fire and have all its actions delivered. */
export const DependsOnWhen = z.enum(['fired', 'succeeded']).meta({ id: 'DependsOnWhen' });
export type DependsOnWhen = z.infer<typeof DependsOnWhen>;

/** What becomes of a timer whose parent ends without that. */
export const OnDependencyFailure = z.enum(['cancel', 'start']).meta({ id: 'OnDependencyFailure' });
export type OnDependencyFailure = z.infer<typeof OnDependencyFailure>;

export const CreateTimerRequest = z
  .strictObject({
    id: TimerId.optional(),
    name: Name,
    agent_id: AgentId.optional(),
    labels: Labels.optional(),
    metadata: Metadata.optional(),
    ...timeFields,
    /** Waits for these timers: its time begins when the last of them is through. In a batch they may be other items. */
    depends_on: z.union([TimerId, z.array(TimerId).max(MAX_PARENTS)]).optional(),
    /** `fired` unless told. Goes with `depends_on`. */
    depends_on_when: DependsOnWhen.optional(),
    /** `cancel` unless told. Goes with `depends_on`. */
    on_dependency_failure: OnDependencyFailure.optional(),
    events: TimerEvents.optional(),
    retry: Retry.optional(),
    conditions: Conditions.optional(),
    /** `skip` unless told. Goes with `conditions`. */
    on_unmet: OnUnmet.optional(),
  })
  .meta({ id: 'CreateTimerRequest' });
export type CreateTimerRequest = z.infer<typeof CreateTimerRequest>;

/** What may change without touching the clock. `null` clears a field. */
export const UpdateTimerRequest = z
  .strictObject({
    name: Name.optional(),
    agent_id: AgentId.nullable().optional(),
    labels: Labels.optional(),
    metadata: Metadata.nullable().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'give at least one field to change')
  .meta({ id: 'UpdateTimerRequest' });
export type UpdateTimerRequest = z.infer<typeof UpdateTimerRequest>;

export const ExtendTimerRequest = z.strictObject({ by: Duration }).meta({ id: 'ExtendTimerRequest' });
export type ExtendTimerRequest = z.infer<typeof ExtendTimerRequest>;

export const RescheduleTimerRequest = z.strictObject(timeFields).meta({ id: 'RescheduleTimerRequest' });
export type RescheduleTimerRequest = z.infer<typeof RescheduleTimerRequest>;

/** One try at a delivery. `interrupted`: the process stopped during it, or the runner was lost or gave it back. */
export const Attempt = z
  .object({
    number: z.int(),
    at: Instant,
    duration_ms: z.int(),
    outcome: z.enum(['succeeded', 'failed', 'gone', 'refused', 'interrupted']),
    response_status: z.int().nullable(),
    /** The first KiB of the answer; of a command the end of its output, up to 4 KiB. */
    response_body: z.string().nullable(),
    error: z.string().nullable(),
    /** Of a command that ended by itself. */
    exit_code: z.int().nullable(),
    /** Which runner made it; null where the service did. */
    runner_id: z.string().nullable(),
  })
  .meta({ id: 'Attempt' });
export type Attempt = z.infer<typeof Attempt>;

/** `queued`: waits for a runner. */
export const DeliveryStatus = z
  .enum(['pending', 'queued', 'delivering', 'succeeded', 'exhausted'])
  .meta({ id: 'DeliveryStatus' });
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;

export const Delivery = z
  .object({
    id: DeliveryId,
    timer_id: TimerId,
    /** What set the action off. */
    event: z.enum(['timer.expired', 'timer.cancelled', 'timer.failed', 'timer.progress']),
    type: ActionType,
    status: DeliveryStatus,
    attempts: z.array(Attempt),
    next_attempt_at: Instant.nullable(),
    /** That no attempt is made while its endpoint is paused: since when it waits. It goes out when the endpoint resumes. */
    postponed: z.object({ endpoint_id: EndpointId, since: Instant }).nullable(),
  })
  .meta({ id: 'Delivery' });
export type Delivery = z.infer<typeof Delivery>;

export const Timer = z
  .object({
    id: TimerId,
    team_id: z.string(),
    created_by: z.string(),
    name: z.string(),
    agent_id: z.string().nullable(),
    labels: z.record(z.string(), z.string()),
    metadata: JsonObject.nullable(),
    status: TimerStatus,
    generation: z.int(),
    created_at: Instant,
    updated_at: Instant,
    started_at: Instant.nullable(),
    fire_at: Instant.nullable(),
    fired_at: Instant.nullable(),
    settled_at: Instant.nullable(),
    /** When the first action was handed off minus `fire_at`; null until it fired. */
    drift_ms: z.number().nullable(),
    /** 0 to 1. */
    progress: z.number(),
    time_remaining_ms: z.int(),
    /** The timers that this one was made to wait for. */
    depends_on: z.array(TimerId),
    /** Those of them that have not done yet what it waits for; empty once its time began, and when it was cancelled. */
    waiting_for: z.array(TimerId),
    /** Null unless it depends on others. */
    depends_on_when: DependsOnWhen.nullable(),
    /** Null unless it depends on others. */
    on_dependency_failure: OnDependencyFailure.nullable(),
    conditions: JsonObject.nullable(),
    /** How failed attempts are repeated. */
    retry: Retry,
    /** Where it comes from if an action made it: the first of its line, the timer whose action that was, the steps since. */
    lineage: z.object({ root_id: TimerId, parent_id: TimerId, depth: z.int() }).nullable(),
    /** When conditions that did not hold are looked at again; null but between `fire_at` and then. */
    recheck_at: Instant.nullable(),
    /** Until when its fire is put off, because its agent has fired as often as its budget allows; null otherwise. */
    throttled_until: Instant.nullable(),
    /** The schedule that it is an occurrence of. */
    schedule_id: ScheduleId.nullable(),
    /** The message that it waits for an acknowledgement of: it fires only without one. */
    escalates: MessageId.nullable(),
    /** What the team that asks may do with it as a guest; null of a timer of its own. */
    shared: z.object({ permissions: z.array(SharePermission) }).nullable(),
    deliveries: z.array(Delivery),
  })
  .meta({ id: 'Timer' });
export type Timer = z.infer<typeof Timer>;

/** What the service promises for a timer that it has just taken. */
export const Receipt = z
  .object({
    durable: z.boolean(),
    engine: z.enum(['embedded', 'firebase']),
    survives: z.array(z.string()),
    expected_precision_ms: z.int(),
  })
  .meta({ id: 'Receipt' });
export type Receipt = z.infer<typeof Receipt>;

export const CreatedTimer = Timer.extend({ receipt: Receipt }).meta({ id: 'CreatedTimer' });
export type CreatedTimer = z.infer<typeof CreatedTimer>;

export const LogEntry = z
  .object({ at: Instant, type: EventType, message: z.string(), data: JsonObject.optional() })
  .meta({ id: 'LogEntry' });
export type LogEntry = z.infer<typeof LogEntry>;

const statuses = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(TimerStatus).max(8))
  .meta({ description: 'One status, or several with commas', override: { type: 'string' } });

/** `limit` of every list: 1 to 200, 50 unless told. */
export const Limit = z.coerce
  .number()
  .pipe(z.int().min(1).max(200))
  .default(50)
  .meta({ override: { type: 'integer', minimum: 1, maximum: 200 } });

const TIMER_FILTERS = {
  status: statuses.optional(),
  agent_id: z.string().max(200).optional(),
  name: z.string().max(200).optional(),
  fire_before: Instant.optional(),
  fire_after: Instant.optional(),
  /** Whether timers that other teams share with this one come after its own: `include` unless told. */
  shared: z.enum(['include', 'exclude', 'only']).default('include'),
  limit: Limit,
  cursor: Cursor.optional(),
};

/** Query of a list of timers, newest first. `label.KEY=value` filters by a label. */
export const ListTimersQuery = z
  .object(TIMER_FILTERS)
  .catchall(z.string().max(200))
  .superRefine((query, ctx) => {
    for (const key of Object.keys(query)) {
      if (!Object.hasOwn(TIMER_FILTERS, key) && !/^label\.[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/.test(key)) {
        ctx.addIssue({ code: 'custom', path: [key], message: 'is not a filter of this list' });
      }
    }
  });
export type ListTimersQuery = z.infer<typeof ListTimersQuery>;

export const TimerPage = z
  .object({ data: z.array(Timer), next_cursor: z.string().nullable() })
  .meta({ id: 'TimerPage' });
export type TimerPage = z.infer<typeof TimerPage>;

/** How many timers of a line were pending and are cancelled now. */
export const CancelLineageResult = z.object({ cancelled: z.int() }).meta({ id: 'CancelLineageResult' });
export type CancelLineageResult = z.infer<typeof CancelLineageResult>;

export const CleanupRequest = z
  .strictObject({
    /** Only timers that settled longer ago than this; every settled one unless told. */
    older_than: Duration.optional(),
    status: z.array(z.enum(TERMINAL_STATUSES)).min(1).optional(),
  })
  .meta({ id: 'CleanupRequest' });
export type CleanupRequest = z.infer<typeof CleanupRequest>;

export const CleanupResult = z.object({ removed: z.int() }).meta({ id: 'CleanupResult' });
export type CleanupResult = z.infer<typeof CleanupResult>;

/** How long `wait` holds the request open: text or milliseconds, up to 60 s. */
export const WaitQuery = z.strictObject({ timeout: z.string().max(64).optional() });
export type WaitQuery = z.infer<typeof WaitQuery>;
