import * as z from 'zod';
import { TargetUrl } from './actions.ts';
import { Cursor, EndpointId, Instant } from './primitives.ts';
import { Limit } from './timer.ts';

/**
 * `failing`: no attempt has succeeded since the last ones failed. `paused`: none is made. `resumed`: what was postponed is
 * going out.
 */
export const EndpointStatus = z.enum(['failing', 'paused', 'resumed']).meta({ id: 'EndpointStatus' });
export type EndpointStatus = z.infer<typeof EndpointStatus>;

/** A URL that webhooks or functions of the team are called at, while there is something to know of it. */
export const Endpoint = z
  .object({
    id: EndpointId,
    /** As it stands in the actions, without query and fragment; placeholders are not filled in. */
    url: z.string(),
    status: EndpointStatus,
    /** When the first of the attempts was made that have failed in a row; null when none has. */
    failing_since: Instant.nullable(),
    /** Attempts that have failed in a row. */
    consecutive_failures: z.int(),
    last_failure_at: Instant.nullable(),
    last_error: z.string().nullable(),
    paused_at: Instant.nullable(),
    /** `service`, or the key that asked for it. */
    paused_by: z.string().nullable(),
    /** What was said when it was paused by request. */
    pause_reason: z.string().nullable(),
    /** When one attempt is made to see whether it is well again; null when it waits to be resumed by request. */
    next_probe_at: Instant.nullable(),
  })
  .meta({ id: 'Endpoint' });
export type Endpoint = z.infer<typeof Endpoint>;

export const EndpointPage = z
  .object({ data: z.array(Endpoint), next_cursor: z.string().nullable() })
  .meta({ id: 'EndpointPage' });
export type EndpointPage = z.infer<typeof EndpointPage>;

export const ListEndpointsQuery = z.strictObject({
  status: EndpointStatus.optional(),
  limit: Limit,
  cursor: Cursor.optional(),
});
export type ListEndpointsQuery = z.infer<typeof ListEndpointsQuery>;

/** What the log and the notice say of it. */
const reason = z.string().min(1).max(200).optional();

export const PauseEndpointRequest = z.strictObject({ reason }).meta({ id: 'PauseEndpointRequest' });
export type PauseEndpointRequest = z.infer<typeof PauseEndpointRequest>;

/** Names an endpoint by its URL, as one that is well has no record. Query and fragment do not count. */
export const PauseUrlRequest = z.strictObject({ url: TargetUrl, reason }).meta({ id: 'PauseUrlRequest' });
export type PauseUrlRequest = z.infer<typeof PauseUrlRequest>;
