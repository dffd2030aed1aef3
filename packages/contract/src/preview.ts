import * as z from 'zod';
import { ActionType } from './actions.ts';
import { ErrorCode } from './errors.ts';
import { Instant, TimerId } from './primitives.ts';
import { LocalTimeNote } from './schedules.ts';
import { Delivery, TimerStatus } from './timer.ts';

/** Why the creation of a timer would be refused. */
export const PreviewRefusal = z
  .object({ code: ErrorCode, pointer: z.string().nullable(), message: z.string() })
  .meta({ id: 'PreviewRefusal' });
export type PreviewRefusal = z.infer<typeof PreviewRefusal>;

/** How a failed attempt would be repeated. Each gap may be up to 10 % shorter or longer, and longer if the receiver asks. */
export const RetryPlan = z
  .object({ max_attempts: z.int(), gaps_ms: z.array(z.int()), gives_up_after_ms: z.int() })
  .meta({ id: 'RetryPlan' });
export type RetryPlan = z.infer<typeof RetryPlan>;

/** What a timer would do if it were created now. */
export const TimerPlan = z
  .object({
    status: TimerStatus,
    /** Null while it waits for other timers and its time has not begun. */
    fire_at: Instant.nullable(),
    /** Until it fires; of its whole time while that has not begun. */
    time_remaining_ms: z.int(),
    expected_precision_ms: z.int(),
    /** What a clock change has to do with `fire_at_local`. */
    dst: LocalTimeNote.nullable(),
    waiting_for: z.array(TimerId),
    /** `after_ms`: from the beginning of its time. */
    progress: z.array(z.object({ share: z.number(), at: Instant.nullable(), after_ms: z.int() })),
    /** `at`: the first time; null where nobody knows. */
    actions: z.array(z.object({ event: Delivery.shape.event, type: ActionType, at: Instant.nullable() })),
    retry: RetryPlan,
    /** Whether its conditions hold now. They are judged when it comes to fire. */
    conditions: z.object({ met: z.boolean(), reason: z.string() }).nullable(),
  })
  .meta({ id: 'TimerPlan' });
export type TimerPlan = z.infer<typeof TimerPlan>;

export const TimerPreview = z
  .object({
    /** Whether the timer would be created. */
    acceptable: z.boolean(),
    refusals: z.array(PreviewRefusal),
    /** Null where it would be refused. */
    plan: TimerPlan.nullable(),
    /** What is worth knowing besides, in words. */
    notes: z.array(z.string()),
  })
  .meta({ id: 'TimerPreview' });
export type TimerPreview = z.infer<typeof TimerPreview>;
