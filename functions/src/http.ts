import { type Context, Hono } from 'hono';
import { cors } from 'hono/cors';

/** How long a browser may remember what it is allowed, in seconds. */
const PREFLIGHT_S = 600;

export interface HttpOptions {
  /** Origins whose pages may call the API, as browsers send them. */
  corsOrigins: readonly string[];
  /** Awaited before each request. */
  before?: () => Promise<unknown>;
}

/** The API as the function serves it: for pages of the listed origins too. */
export function serveTo({ corsOrigins, before }: HttpOptions, api: Hono): Hono {
  const app = new Hono();
  app.use(
    cors({
      origin: [...corsOrigins],
      allowHeaders: [
        'authorization',
        'x-api-key',
        'content-type',
        'idempotency-key',
        'if-match',
        'last-event-id',
        'minoots-team',
        'x-request-id',
      ],
      exposeHeaders: [
        'etag',
        'location',
        'ratelimit',
        'ratelimit-policy',
        'retry-after',
        'idempotent-replayed',
        'x-request-id',
      ],
      maxAge: PREFLIGHT_S,
    }),
  );
  if (before !== undefined) {
    app.use(async (_, next) => {
      await before();
      await next();
    });
  }
  app.all('*', (c) => api.fetch(c.req.raw, c.env));
  return app;
}

/**
 * The address that a request comes from: the last one in `x-forwarded-for`, which Google's front end has appended. What
 * comes before it anybody may have made up. Null where no front end is, as in an emulator.
 */
export function callerAddress(c: Context): string | null {
  return c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() || null;
}
