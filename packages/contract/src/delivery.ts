import * as z from 'zod';
import { ActionType } from './actions.ts';
import { ErrorCode } from './errors.ts';
import { Cursor, DeliveryId, Instant, TimerId } from './primitives.ts';
import { Delivery, DeliveryStatus, Limit, Timer } from './timer.ts';

/** Most deliveries that one request opens again. */
export const MAX_REDELIVERIES = 1_000;

const FILTER = {
  timer_id: TimerId.optional(),
  agent_id: z.string().max(200).optional(),
  /** What set the action off. */
  event: Delivery.shape.event.optional(),
  type: ActionType.optional(),
  /** Host of the target, such as `example.com`, or with its port: `example.com:8443`. */
  host: z.string().min(1).max(260).optional(),
  /** Only deliveries whose latest attempt was made at or after this. */
  since: Instant.optional(),
  /** Only deliveries whose latest attempt was made before this. */
  until: Instant.optional(),
};

/** Query of a list of deliveries over all timers of the team, newest timer first. All given filters must hold. */
export const ListDeliveriesQuery = z.strictObject({
  status: DeliveryStatus.optional(),
  ...FILTER,
  limit: Limit,
  cursor: Cursor.optional(),
});
export type ListDeliveriesQuery = z.infer<typeof ListDeliveriesQuery>;

export const DeliveryPage = z
  .object({ data: z.array(Delivery), next_cursor: z.string().nullable() })
  .meta({ id: 'DeliveryPage' });
export type DeliveryPage = z.infer<typeof DeliveryPage>;

/** Where an action goes; null where its type has no such thing. */
export const DeliveryTarget = z
  .object({
    /** With its port, unless that is the scheme's own. */
    host: z.string().nullable(),
    /** Without what its query parameters are set to; placeholders are not filled in. */
    url: z.string().nullable(),
    method: z.string().nullable(),
    to_agent: z.string().nullable(),
    /** Placeholders are not filled in. */
    file: z.string().nullable(),
    /** Labels of the runners that may take it. */
    runs_on: z.array(z.string()).nullable(),
  })
  .meta({ id: 'DeliveryTarget' });
export type DeliveryTarget = z.infer<typeof DeliveryTarget>;

/** A delivery with what one asks for when it has failed: where it went, every attempt that is kept, and its timer. */
export const DeliveryDetail = Delivery.extend({
  /** Attempts made, of which the oldest may not be kept. */
  attempt_count: z.int(),
  target: DeliveryTarget,
  timer: Timer.pick({
    id: true,
    name: true,
    agent_id: true,
    labels: true,
    status: true,
    created_at: true,
    fire_at: true,
    fired_at: true,
    settled_at: true,
  }),
}).meta({ id: 'DeliveryDetail' });
export type DeliveryDetail = z.infer<typeof DeliveryDetail>;

/** Which of the deliveries that have run out of attempts to open again: all, unless filters say otherwise. */
export const RedeliverManyRequest = z
  .strictObject({
    ...FILTER,
    /** About how many: a timer is taken whole, so its deliveries may go beyond. 1,000 unless told. */
    limit: z.int().min(1).max(MAX_REDELIVERIES).default(MAX_REDELIVERIES),
    /** `next_cursor` of the answer before, with the same filters. */
    cursor: Cursor.optional(),
  })
  .meta({ id: 'RedeliverManyRequest' });
export type RedeliverManyRequest = z.infer<typeof RedeliverManyRequest>;

export const RedeliverManyResult = z
  .object({
    reopened: z.int(),
    /** Those that match and stay as they are, each with its reason. */
    not_reopened: z.array(z.object({ id: DeliveryId, code: ErrorCode, detail: z.string() })),
    /** Where to go on; null when all that match have been gone through. */
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'RedeliverManyResult' });
export type RedeliverManyResult = z.infer<typeof RedeliverManyResult>;
