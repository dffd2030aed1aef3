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
