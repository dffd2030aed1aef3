import { Temporal } from 'temporal-polyfill';
import { MAX_SPAN_MS, parseDuration } from './duration.ts';
import { instantOf, type LocalTimeNote, noteOf, zoneRejection } from './local-time.ts';
import { ok, type Rejection, type Result, reject } from './rejection.ts';

const LOCAL = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?$/i;

/** The time fields of a request. */
export interface WhenInput {
  duration?: number | string | undefined;
  fire_at?: string | undefined;
  fire_at_local?: string | undefined;
  timezone?: string | undefined;
}

/** A span that starts with the clock, or a fixed instant in epoch ms. */
export type When = { type: 'span'; ms: number } | { type: 'instant'; at: number };

/** What a clock change has to do with the local time of a request, which came to `at`, epoch ms; null when nothing. */
export function localNote({ fire_at_local: local, timezone }: WhenInput, at: number): LocalTimeNote | null {
  const wallClock = local === undefined ? null : readLocal(local);
  return wallClock === null || timezone === undefined ? null : noteOf(wallClock, timezone, at);
}

/** Reads the time fields of a request: exactly one of them, 1 ms to 10 years ahead; an instant in the past is due at once. */
export function parseWhen(input: WhenInput, now: number): Result<When> {
  const misfit = checkShape(input);
  if (misfit) return misfit;
  if (input.duration !== undefined) {
    const span = parseDuration(input.duration, '/duration');
    return span.ok ? ok({ type: 'span', ms: span.value }) : span;
  }
  if (input.fire_at !== undefined) return instant(Date.parse(input.fire_at), '/fire_at', now);
  return localInstant(input.fire_at_local ?? '', input.timezone ?? '', now);
}

function checkShape(input: WhenInput): Rejection | null {
  const given = (['duration', 'fire_at', 'fire_at_local'] as const).filter(
    (field) => input[field] !== undefined,
  );
  if (given.length === 0)
    return reject(
      'invalid_request',
      'give one of duration, fire_at, fire_at_local with timezone',
      '/duration',
    );
  if (given.length > 1)
    return reject('invalid_request', `give only one of ${given.join(', ')}`, `/${given[1]}`);
  if (given[0] === 'fire_at_local' && input.timezone === undefined) {
    return reject('invalid_request', 'fire_at_local needs a timezone, such as Europe/Paris', '/timezone');
  }
  if (given[0] !== 'fire_at_local' && input.timezone !== undefined) {
    return reject('invalid_request', 'timezone goes with fire_at_local only', '/timezone');
  }
  return null;
}

function localInstant(local: string, timezone: string, now: number): Result<When> {
  const wallClock = readLocal(local);
  if (wallClock === null) {
    return reject(
      'invalid_request',
      'must be a local time without an offset, such as 2030-01-31T09:00',
      '/fire_at_local',
    );
  }
  const refusal = zoneRejection(timezone, '/timezone');
  if (refusal !== null) return refusal;
  // "compatible": a skipped local time moves forward, a repeated one takes the first.
  return instant(instantOf(wallClock, timezone, 'compatible'), '/fire_at_local', now);
}

function readLocal(local: string): Temporal.PlainDateTime | null {
  // Temporal would drop an offset or a zone in the text, which would silently lose to `timezone`.
  if (!LOCAL.test(local)) return null;
  try {
    return Temporal.PlainDateTime.from(local);
  } catch {
    return null;
  }
}

function instant(at: number, pointer: string, now: number): Result<When> {
  if (!Number.isFinite(at)) return reject('invalid_request', 'is not an instant', pointer);
  if (at - now > MAX_SPAN_MS) return reject('invalid_request', 'must be within 10 years', pointer);
  return ok({ type: 'instant', at });
}
