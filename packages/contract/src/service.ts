import * as z from 'zod';
import { Duration, Instant } from './primitives.ts';

export const Health = z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Health' });
export type Health = z.infer<typeof Health>;

/** Readiness: each part by name, and whether it answers. 503 when one does not. */
export const Readiness = z
  .object({
    status: z.enum(['ready', 'unready']),
    checks: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string().optional() })),
  })
  .meta({ id: 'Readiness' });
export type Readiness = z.infer<typeof Readiness>;

/** Moves a virtual clock; only where the server runs with one. */
export const AdvanceClockRequest = z.strictObject({ by: Duration }).meta({ id: 'AdvanceClockRequest' });
export type AdvanceClockRequest = z.infer<typeof AdvanceClockRequest>;

export const ClockReading = z.object({ now: Instant }).meta({ id: 'ClockReading' });
export type ClockReading = z.infer<typeof ClockReading>;

/** The team's signing secrets (`whsec_…`), newest first; receivers accept a signature by any of them. */
export const SigningSecrets = z.object({ secrets: z.array(z.string()) }).meta({ id: 'SigningSecrets' });
export type SigningSecrets = z.infer<typeof SigningSecrets>;

/** Longest that a signing secret goes on signing beside a new one, in ms: a week. */
export const MAX_SIGNING_OVERLAP_MS = 604_800_000;

export const RotateSigningSecretRequest = z
  .strictObject({
    /** How long the secret before goes on signing: 0 to a week, 24 h unless told. */
    overlap: Duration.optional(),
  })
  .meta({ id: 'RotateSigningSecretRequest' });
export type RotateSigningSecretRequest = z.infer<typeof RotateSigningSecretRequest>;

/** What is known of a signing secret, without the secret itself. */
export const SigningSecretEntry = z
  .object({
    id: z.string(),
    /** Null of one that was made before this was noted. */
    created_at: Instant.nullable(),
    /** Until when it signs beside a newer one; null of the newest. */
    works_until: Instant.nullable(),
  })
  .meta({ id: 'SigningSecretEntry' });
export type SigningSecretEntry = z.infer<typeof SigningSecretEntry>;

/** Signing secrets in force, newest first. */
export const SigningSecretList = z
  .object({ data: z.array(SigningSecretEntry) })
  .meta({ id: 'SigningSecretList' });
export type SigningSecretList = z.infer<typeof SigningSecretList>;
