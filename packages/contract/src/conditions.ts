import * as z from 'zod';
import { Duration, JsonObject } from './primitives.ts';

/** Largest `conditions` accepted, in bytes of their JSON text. */
export const MAX_CONDITIONS_BYTES = 4_096;

/**
 * What has to hold at the moment of firing: field names with the values they must equal, or with operators of MongoDB.
 * Names are looked up in the timer's metadata, then in the team's context; dots lead into objects.
 */
export const Conditions = JsonObject.refine(
  (conditions) => new TextEncoder().encode(JSON.stringify(conditions)).length <= MAX_CONDITIONS_BYTES,
  'at most 4 KiB of JSON',
).meta({ id: 'Conditions', example: { environment: 'production', tests_passed: true } });
export type Conditions = z.infer<typeof Conditions>;

/** What becomes of a timer whose conditions do not hold: `skip` ends it, the other way looks again until it gives up. */
export const OnUnmet = z
  .union(
    [
      z.literal('skip'),
      z.strictObject({
        /** 1 s to 1 day. */
        recheck_every: Duration,
        /** How long after `fire_at` it is skipped; at least `recheck_every`, at most 30 days and 10,000 looks. */
        give_up_after: Duration,
      }),
    ],
    { error: 'must be "skip" or { "recheck_every": …, "give_up_after": … }' },
  )
  .meta({ id: 'OnUnmet' });
export type OnUnmet = z.infer<typeof OnUnmet>;
