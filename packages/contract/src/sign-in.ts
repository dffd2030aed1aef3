import * as z from 'zod';
import { Duration, Instant } from './primitives.ts';

/** How long a sign-in link holds, in ms: 5 minutes. */
export const SIGN_IN_LINK_MS = 300_000;
/** How long a session lasts unless told, in ms: 12 h. */
export const SESSION_MS = 43_200_000;
/** The shortest and the longest that a session lasts, in ms: a minute to 30 days. */
export const SESSION_BOUNDS = { minMs: 60_000, maxMs: 2_592_000_000 } as const;

export const CreateSignInLinkRequest = z
  .strictObject({
    /** How long the session lasts: a minute to 30 days, 12 h unless told. */
    session: Duration.optional(),
  })
  .meta({ id: 'CreateSignInLinkRequest' });
export type CreateSignInLinkRequest = z.infer<typeof CreateSignInLinkRequest>;

/** A page of this server that signs whoever opens it in, once. */
export const SignInLink = z
  .object({
    id: z.string(),
    /** The code is in the fragment, which browsers do not send: no log and no proxy sees it. */
    url: z.string(),
    expires_at: Instant,
  })
  .meta({ id: 'SignInLink' });
export type SignInLink = z.infer<typeof SignInLink>;

export const CreateSessionRequest = z
  .strictObject({
    /** What the fragment of a sign-in link holds. */
    code: z.string().min(1).max(200),
  })
  .meta({ id: 'CreateSessionRequest' });
export type CreateSessionRequest = z.infer<typeof CreateSessionRequest>;
