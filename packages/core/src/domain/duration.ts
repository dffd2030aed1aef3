import ms from 'ms';
import { Temporal } from 'temporal-polyfill';
import { ok, type Result, reject } from './rejection.ts';

/** Longest span a timer may be set for: 10 years of 365 days, in ms. */
export const MAX_SPAN_MS = 10 * 365 * 86_400_000;

const SIMPLE =
  /^(\d+(?:\.\d+)?\s*(?:ms|s|m|h|d|w|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?))+$/i;
const PART = /\d+(?:\.\d+)?\s*[a-z]+/gi;
const HINT = 'use milliseconds or text such as "30s", "5m", "2h", "1d", "1w", "1h30m", "PT90M"';

/** Bounds of a span in ms; 1 ms to 10 years unless told. */
export interface SpanBounds {
  minMs?: number;
  maxMs?: number;
}

/**
 * Reads a duration of a request into whole milliseconds.
 * Numbers are ms; text is units of `ms`, alone or compound, or an ISO 8601 duration of weeks or less.
 * @param pointer names the field in a rejection (`invalid_request`)
 */
export function parseDuration(
  input: number | string,
  pointer: string,
  bounds: SpanBounds = {},
): Result<number> {
  const spanMs = typeof input === 'number' ? input : readText(input.trim());
  if (spanMs === null || !Number.isFinite(spanMs)) {
    return reject('invalid_request', `${show(input)} is not a duration: ${HINT}`, pointer);
  }
  const { minMs = 1, maxMs = MAX_SPAN_MS } = bounds;
  const wholeMs = Math.round(spanMs);
  if (wholeMs < minMs) return reject('invalid_request', `must be at least ${minMs} ms`, pointer);
  if (wholeMs > maxMs)
    return reject('invalid_request', `must be at most ${ms(maxMs, { long: true })} (${maxMs} ms)`, pointer);
  return ok(wholeMs);
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** A span as `parseDuration` reads it: in the largest unit of which it is a whole number, such as `90m`. */
export function toSpanText(spanMs: number): string {
  const [unit, unitMs] = UNITS.find(([, each]) => spanMs > 0 && spanMs % each === 0) ?? ['ms', 1];
  return `${spanMs / unitMs}${unit}`;
}

function readText(text: string): number | null {
  if (/^P/i.test(text)) return readIso(text);
  if (!SIMPLE.test(text)) return null;
  const parts = text.match(PART) ?? [];
  // Every part passed SIMPLE, so `ms` knows its unit.
  return parts.reduce((sum, part) => sum + ms(part as ms.StringValue), 0);
}

function readIso(text: string): number | null {
  try {
    const duration = Temporal.Duration.from(text.toUpperCase());
    if (duration.years !== 0 || duration.months !== 0) return null;
    const days = duration.weeks * 7 + duration.days;
    return (
      Temporal.Duration.from({ days }).total('milliseconds') +
      duration.with({ weeks: 0, days: 0 }).total('milliseconds')
    );
  } catch {
    return null;
  }
}

function show(input: number | string): string {
  return typeof input === 'number' ? String(input) : JSON.stringify(input);
}
