import * as z from 'zod';
import { Retry, TimerEvents } from './actions.ts';
import { Conditions, OnUnmet } from './conditions.ts';
import { Instant, TimerId } from './primitives.ts';
import { RunnerId } from './runners.ts';
import {
  Attempt,
  CreateTimerRequest,
  Delivery,
  DeliveryStatus,
  DependsOnWhen,
  MAX_PARENTS,
  OnDependencyFailure,
} from './timer.ts';

/** The version of the portable form. A server reads those that it knows and refuses others. */
export const PORTABLE_VERSION = 1;
/** Largest portable timer or schedule that an import takes, in bytes of its JSON text. */
export const MAX_PORTABLE_BYTES = 2_097_152;

const MAX_SPAN_MS = 10 * 366 * 86_400_000;
const spanMs = z.int().min(0).max(MAX_SPAN_MS);
const count = z.int().min(0).max(1_000_000);
const { name, agent_id, labels, metadata } = CreateTimerRequest.shape;

/** How a timer's clock stands: what is left of it while it waits or is paused, else when it fires or fired. */
export const PortableClock = z
  .union([
    z.strictObject({ status: z.literal('waiting'), duration_ms: spanMs }),
    z.strictObject({ status: z.literal('waiting'), fire_at: Instant }),
    z.strictObject({
      status: z.literal('running'),
      started_at: Instant,
      fire_at: Instant,
      total_ms: z.int(),
      recheck_at: Instant.nullable(),
    }),
    z.strictObject({
      status: z.literal('paused'),
      started_at: Instant,
      remaining_ms: spanMs,
      total_ms: z.int(),
    }),
    z.strictObject({
      status: z.literal('firing'),
      started_at: Instant,
      fire_at: Instant,
      fired_at: Instant,
      drift_ms: z.number(),
    }),
  ])
  .meta({ id: 'PortableClock' });
export type PortableClock = z.infer<typeof PortableClock>;

/** An attempt. Files of servers that knew no runners lack what came with them. */
const PortableAttempt = Attempt.extend({
  exit_code: Attempt.shape.exit_code.default(null),
  runner_id: Attempt.shape.runner_id.default(null),
});

/** A delivery of a timer that has not ended. Its id stays what it was, so receivers recognise repeats. */
export const PortableDelivery = z
  .strictObject({
    number: z.int().min(1).max(999_999_999),
    event: Delivery.shape.event,
    share: z.number().min(0).max(1).nullable(),
    /** Which of the actions of its event it is, from 0. */
    action: z.int().min(0).max(9),
    status: DeliveryStatus,
    attempt_count: count,
    /** Attempts made before the latest redelivery. */
    round_start: count,
    attempts: z.array(PortableAttempt).max(30),
    next_attempt_at: Instant.nullable(),
    /** Since when it has been waiting for a runner; null unless it is. */
    queued_at: Instant.nullable().default(null),
    /** The attempt under way, and when it counts as lost. */
    lease: z
      .strictObject({
        attempt: count,
        started_at: Instant,
        until: Instant,
        runner_id: RunnerId.nullable().default(null),
      })
      .nullable(),
  })
  .meta({ id: 'PortableDelivery' });
export type PortableDelivery = z.infer<typeof PortableDelivery>;

/**
 * A timer that has not ended, as it moves between servers: all that its request said, and how far it has come. Neither
 * team nor principal, nor any key or secret: `${secret.NAME}` stays a placeholder.
 */
export const PortableTimer = z
  .strictObject({
    type: z.literal('timer'),
    version: z.literal(PORTABLE_VERSION),
    id: TimerId,
    name,
    agent_id: agent_id.unwrap().nullable(),
    labels: labels.unwrap(),
    metadata: metadata.unwrap().nullable(),
    created_at: Instant,
    generation: z.int().min(1).max(1_000_000_000),
    clock: PortableClock,
    events: TimerEvents,
    retry: Retry,
    conditions: Conditions.nullable(),
    on_unmet: OnUnmet.nullable(),
    /** With what each has done so far; null: nothing yet. */
    depends_on: z
      .array(
        z.strictObject({
          id: TimerId,
          outcome: z.enum(['fired', 'succeeded', 'undelivered', 'failed']).nullable(),
          /** When that came about; null where it is not known. */
          at: Instant.nullable(),
        }),
      )
      .max(MAX_PARENTS),
    depends_on_when: DependsOnWhen.nullable(),
    on_dependency_failure: OnDependencyFailure.nullable(),
    /** Whether other timers wait for this one. */
    has_dependents: z.boolean(),
    /** How many shares of `on_progress` have come up. */
    progress_told: z.int().min(0).max(10),
    /** The schedule that it was made by. */
    schedule_id: z.string().max(64).nullable(),
    /** When the plan of its schedule had it, and in which revision; absent but on occurrences of a plan. */
    occurrence: z.strictObject({ planned_at: Instant, revision: z.int().min(1) }).optional(),
    /** Whether its line was cancelled, so that its actions make no more timers. */
    line_ended: z.boolean(),
    /** What a touch starts the clock with; null: its whole span. */
    touch_ms: spanMs.nullable(),
    /** Which timers it was made by. */
    lineage: z.strictObject({ root_id: TimerId, parent_id: TimerId, depth: count }).nullable(),
    /** By which the request that made it is recognised when it is repeated. */
    fingerprint: z.string().max(64).nullable(),
    deliveries: z.array(PortableDelivery).max(260),
  })
  .meta({ id: 'PortableTimer' });
export type PortableTimer = z.infer<typeof PortableTimer>;
