import { InvalidArgumentError } from '@commander-js/extra-typings';
import {
  Instant,
  JsonObject,
  JsonValue,
  KeyScope,
  type OnUnmet,
  type RescheduleTimerRequest,
  Retry,
  TimerStatus,
} from '@minoots/contract';
import ms from 'ms';
import * as z from 'zod';
import { UsageError } from './usage-error.ts';

/** A duration for the API, which judges it: digits alone are milliseconds, the rest is text such as `1h30m`. */
export function readDuration(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** A span that this program itself waits: `30s`, `1h30m` or milliseconds, as milliseconds. */
export function readSpanMs(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const parts = /^(\d+(\.\d+)?\s*(ms|s|m|h|d|w))+$/i.test(text) ? text.match(/[\d.]+\s*[a-z]+/gi) : null;
  if (parts === null) throw new InvalidArgumentError('Use milliseconds or text such as 30s, 5m, 1h30m.');
  return parts.reduce((sum, part) => sum + ms(part as ms.StringValue), 0);
}

/** When something ends: an instant of RFC 3339, or a span from now, as an instant. */
export function readEnd(text: string): string {
  if (Instant.safeParse(text).success) return text;
  return new Date(Date.now() + readSpanMs(text)).toISOString();
}

/** Scopes of a key with commas. */
export function readScopes(text: string): KeyScope[] {
  const scopes = text.split(',').map((scope) => scope.trim());
  return readJson(JSON.stringify(scopes), z.array(KeyScope), `Use some of ${KeyScope.options.join(', ')}.`);
}

/** Collects `--label key=value`. */
export function readLabel(text: string, labels: Record<string, string> = {}): Record<string, string> {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new InvalidArgumentError('Use key=value.');
  return { ...labels, [key]: value };
}

/** Collects an option that may be repeated. */
export function collect(text: string, all: string[] = []): string[] {
  return [...all, text];
}

/** Collects `--depends-on`: ids with commas, or one at a time. */
export function readIds(text: string, ids: string[] = []): string[] {
  return [...ids, ...text.split(',').map((id) => id.trim())];
}

export function readMetadata(text: string): JsonObject {
  return readJson(text, JsonObject, 'Use a JSON object.');
}

export function readConditions(text: string): JsonObject {
  return readJson(text, JsonObject, 'Use a JSON object, such as {"tests_passed":true}.');
}

/** Any JSON, else the text as it is. Wrapped, so that `null` is not taken for an argument that is missing. */
export function readValue(text: string): { json: JsonValue } {
  try {
    return { json: JsonValue.parse(JSON.parse(text)) };
  } catch {
    return { json: text };
  }
}

export function readRetry(text: string): Retry {
  const json = text.startsWith('{') ? text : JSON.stringify(text);
  return readJson(json, Retry, 'Use standard, quick or {"max_attempts":…}.');
}

/** Statuses with commas. */
export function readStatuses(text: string): TimerStatus[] {
  const known = TimerStatus.options.join(', ');
  return readJson(JSON.stringify(text.split(',')), z.array(TimerStatus), `Use some of ${known}.`);
}

export function readCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Use a whole number from 1.');
  return Number(text);
}

export function readNumber(text: string): number {
  return text === '0' ? 0 : readCount(text);
}

interface WhenOptions {
  in?: string | undefined;
  at?: string | undefined;
  local?: string | undefined;
  timezone?: string | undefined;
}

/** The one way in which the options say when. @throws UsageError when there is none, or more than one */
export function readWhen({ in: span, at, local, timezone }: WhenOptions): RescheduleTimerRequest {
  const ways: RescheduleTimerRequest[] = [
    ...(span === undefined ? [] : [{ duration: readDuration(span) }]),
    ...(at === undefined ? [] : [{ fire_at: at }]),
    ...(local === undefined
      ? []
      : [{ fire_at_local: local, ...(timezone === undefined ? {} : { timezone }) }]),
  ];
  const [way, ...more] = ways;
  if (way === undefined) throw new UsageError('say when: a duration, --at or --local with --timezone');
  if (more.length > 0) throw new UsageError('say when in one way: a duration, --at or --local');
  if (timezone !== undefined && local === undefined) throw new UsageError('--timezone goes with --local');
  return way;
}

/** How often the options say to look again at conditions that do not hold. @throws UsageError when they say half of it */
export function readOnUnmet(every: string | undefined, until: string | undefined): OnUnmet | undefined {
  if (every === undefined && until === undefined) return undefined;
  if (every === undefined || until === undefined) throw new UsageError('--recheck and --give-up go together');
  return { recheck_every: readDuration(every), give_up_after: readDuration(until) };
}

function readJson<T>(text: string, schema: z.ZodType<T>, hint: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new InvalidArgumentError(hint);
  }
}
