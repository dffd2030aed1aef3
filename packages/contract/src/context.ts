import * as z from 'zod';
import { Instant, JsonValue } from './primitives.ts';

/** Most keys in the context of a team. */
export const MAX_CONTEXT_KEYS = 200;
/** Largest value of a key, in bytes of its JSON text. */
export const MAX_CONTEXT_VALUE_BYTES = 16_384;
/** Most that all values of a team may take together, in bytes of their JSON texts. */
export const MAX_CONTEXT_BYTES = 524_288;

/** Name of a fact that conditions can ask for; of the form of a label's key. */
export const ContextKey = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/,
    'must be 1 to 63 letters, digits, ".", "_", "/" or "-", beginning with a letter or digit',
  )
  .meta({ id: 'ContextKey', example: 'tests_passed' });

/** Sets a fact to any JSON value. */
export const SetContextRequest = z
  .strictObject({
    value: JsonValue.refine(
      (value) => new TextEncoder().encode(JSON.stringify(value)).length <= MAX_CONTEXT_VALUE_BYTES,
      'at most 16 KiB of JSON',
    ),
  })
  .meta({ id: 'SetContextRequest' });
export type SetContextRequest = z.infer<typeof SetContextRequest>;

/** A fact of the team. */
export const ContextEntry = z
  .object({ key: ContextKey, value: JsonValue, updated_at: Instant })
  .meta({ id: 'ContextEntry' });
export type ContextEntry = z.infer<typeof ContextEntry>;

/** All facts of the team, by key. */
export const ContextList = z.object({ data: z.array(ContextEntry) }).meta({ id: 'ContextList' });
export type ContextList = z.infer<typeof ContextList>;
