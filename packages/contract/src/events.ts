import * as z from 'zod';
import { Instant, JsonObject, TimerId } from './primitives.ts';

/** Everything that can happen to a timer or a message; log entries and stream events share these names. */
export const EventType = z
  .enum([
    'timer.created',
    'timer.started',
    'timer.updated',
    'timer.paused',
    'timer.resumed',
    'timer.extended',
    'timer.rescheduled',
    'timer.touched',
    'timer.recheck',
    'timer.throttled',
    'timer.progress',
    'timer.fired',
    'timer.expired',
    'timer.failed',
    'timer.skipped',
    'timer.cancelled',
    'timer.deleted',
    'message.posted',
    'delivery.queued',
    'delivery.leased',
    'delivery.output',
    'message.acknowledged',
    'message.unacknowledged',
    'delivery.succeeded',
    'delivery.retrying',
    'delivery.exhausted',
    'delivery.interrupted',
    'delivery.postponed',
    'delivery.reopened',
    'endpoint.paused',
    'endpoint.resumed',
  ])
  .meta({ id: 'EventType' });
export type EventType = z.infer<typeof EventType>;

/** One event of the stream. `id` is what `Last-Event-ID` takes. */
export const TimerEvent = z
  .object({
    id: z.string(),
    type: EventType,
    at: Instant,
    /** Null where no timer has to do with it: a client posted the message. */
    timer_id: TimerId.nullable(),
    /** Null without a timer. */
    timer_name: z.string().nullable(),
    agent_id: z.string().nullable(),
    /** The timer's; null without one, and where it is not looked up. */
    status: z.string().nullable(),
    message: z.string(),
    data: JsonObject.optional(),
  })
  .meta({ id: 'TimerEvent' });
export type TimerEvent = z.infer<typeof TimerEvent>;

/**
 * First event of a stream that could not be resumed where `Last-Event-ID` left off: what happened in between
 * is not known to the stream any more, so the reader fetches the state anew.
 */
export const STREAM_RESET = 'stream.reset';

export const EventsQuery = z.strictObject({
  timer_id: TimerId.optional(),
  agent_id: z.string().max(200).optional(),
  /** Event types with commas. */
  types: z
    .string()
    .max(1000)
    .transform((text) => text.split(','))
    .pipe(z.array(EventType))
    .meta({ description: 'Event types, with commas', override: { type: 'string' } })
    .optional(),
});
export type EventsQuery = z.infer<typeof EventsQuery>;
