import * as z from 'zod';

/** What a leash is to run; the first line that it reads. */
export interface LeashOrder {
  /** Absolute path, or on Windows anything that the system finds. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** After so long it ends the command, in ms. */
  readonly timeoutMs: number;
  /** Most bytes of the end of its output that it tells of. */
  readonly tailBytes: number;
}

/** Any line after the first: end the command, with SIGTERM now and SIGKILL after so many ms. */
export interface LeashStop {
  readonly killAfterMs: number;
}

/** What a leash says, a line each. */
export const LeashReport = z.union([
  z.object({ started: z.int() }),
  z.object({
    ended: z.object({
      code: z.int().nullable(),
      signal: z.string().nullable(),
      timedOut: z.boolean(),
      /** Why it could not even begin. */
      error: z.string().nullable(),
    }),
    tail: z.string(),
  }),
  z.object({ tail: z.string() }),
]);
export type LeashReport = z.infer<typeof LeashReport>;
