import * as z from 'zod';
import { Duration, Instant, JsonObject } from './primitives.ts';

/** Largest `metadata` accepted, in bytes of its JSON text. */
export const MAX_METADATA_BYTES = 16_384;

/**
 * Text on one line that cannot change how the text around it is shown: no control characters, and none of those that turn
 * the direction of writing and go on doing so behind it. Joiners and marks that words and emoji are made with may stay.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters in a name are what is refused
export const PRINTABLE = /^[^\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]*$/;
const UNPRINTABLE = 'must not hold control characters';
/** What a timer is called. */
export const Name = z.string().min(1).max(200).regex(PRINTABLE, UNPRINTABLE);
/** Any text that a path can name: URLs read "." and ".." as something else, and half a character has no encoding. */
export const AgentId = z
  .string()
  .min(1)
  .max(200)
  .regex(PRINTABLE, UNPRINTABLE)
  .refine(
    (id) => id.isWellFormed() && !/^\.\.?$/.test(id),
    'must not be "." or "..", nor hold half a character',
  )
  .meta({ id: 'AgentId', example: 'deploy_agent' });
export const Labels = z
  .record(
    z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/, 'is not a label key'),
    z.string().max(200).regex(PRINTABLE, UNPRINTABLE),
  )
  .refine((labels) => Object.keys(labels).length <= 16, 'at most 16 labels');
export const Metadata = JsonObject.refine(
  (metadata) => isWithin(JSON.stringify(metadata), MAX_METADATA_BYTES),
  'at most 16 KiB of JSON',
);

/** When a timer is to fire. */
export const timeFields = {
  /** How long from now. Exactly one of `duration`, `fire_at`, `fire_at_local` is given. */
  duration: Duration.optional(),
  /** The instant to fire at; one in the past fires at once. */
  fire_at: Instant.optional(),
  /** Wall-clock time without an offset, read in `timezone`. */
  fire_at_local: z.string().max(40).optional(),
  /** IANA zone, such as `Europe/Paris`. Goes with `fire_at_local`. */
  timezone: z.string().max(64).optional(),
};

/** Whether a text has at most so many bytes as UTF-8, where a UTF-16 unit takes 3 at most. */
function isWithin(text: string, bytes: number): boolean {
  return text.length * 3 <= bytes || new TextEncoder().encode(text).length <= bytes;
}
