import * as z from 'zod';
import { Instant } from './primitives.ts';

/** Most secrets that a team can have. */
export const MAX_SECRETS = 100;
/** Largest value of a secret, in bytes. */
export const MAX_SECRET_BYTES = 4_096;
/** Shortest value: what is shorter could be guessed, and could not be told from other text where it is to be hidden. */
export const MIN_SECRET_LENGTH = 8;

/** Name of a secret, as actions name it. */
export const SecretName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]{0,62}$/,
    'must be 1 to 63 letters, digits or "_", not beginning with a digit',
  )
  .meta({ id: 'SecretName', example: 'SLACK_WEBHOOK_URL' });

/** Sets a secret. Its value is never given back. */
export const SetSecretRequest = z
  .strictObject({
    value: z
      .string()
      .min(MIN_SECRET_LENGTH, `must have ${MIN_SECRET_LENGTH} characters or more`)
      .refine(
        (value) => new TextEncoder().encode(value).length <= MAX_SECRET_BYTES,
        `at most ${MAX_SECRET_BYTES} bytes`,
      ),
  })
  .meta({ id: 'SetSecretRequest' });
export type SetSecretRequest = z.infer<typeof SetSecretRequest>;

/** What can be known of a secret. */
export const SecretEntry = z
  .object({ name: SecretName, created_at: Instant, updated_at: Instant })
  .meta({ id: 'SecretEntry' });
export type SecretEntry = z.infer<typeof SecretEntry>;

/** All secrets of the team, by name. */
export const SecretList = z.object({ data: z.array(SecretEntry) }).meta({ id: 'SecretList' });
export type SecretList = z.infer<typeof SecretList>;
