import * as z from 'zod';

/** Identifier of a timer: `tmr_` and 22 random base62 characters, or any id of this form that the client chose. */
export const TimerId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
    'must be 1 to 64 letters, digits, "_" or "-", not starting with a sign',
  )
  .meta({ id: 'TimerId', example: 'tmr_4fZk0Qw7cTn2Ry9LbXa1Ve' });

/** Identifier of a schedule: `sch_` and 22 random base62 characters, or any id of this form that the client chose. */
export const ScheduleId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/,
    'must be 1 to 40 letters, digits, "_" or "-", not starting with a sign',
  )
  .meta({ id: 'ScheduleId', example: 'sch_4fZk0Qw7cTn2Ry9LbXa1Ve' });

/** Identifier of a delivery: `dlv_`, its number on the timer, the timer's birth and id. Stable across attempts; sent as `webhook-id`. */
export const DeliveryId = z
  .string()
  .regex(/^dlv_\d{1,9}_[0-9a-z]{1,12}_[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'is not a delivery id')
  .meta({ id: 'DeliveryId', example: 'dlv_1_mh5k2p0q_tmr_4fZk0Qw7cTn2Ry9LbXa1Ve' });

/** Identifier of a message: `msg_` and 22 base62 characters. */
export const MessageId = z
  .string()
  .regex(/^msg_[0-9A-Za-z]{22}$/, 'is not a message id')
  .meta({ id: 'MessageId', example: 'msg_4fZk0Qw7cTn2Ry9LbXa1Ve' });

/** Identifier of an endpoint: `end_` and 22 base62 characters, always the same for the same URL of the same team. */
export const EndpointId = z
  .string()
  .regex(/^end_[A-Za-z0-9]{22}$/, 'is not an endpoint id')
  .meta({ id: 'EndpointId', example: 'end_4fZk0Qw7cTn2Ry9LbXa1Ve' });

/** An instant as RFC 3339 text. Responses are always UTC with milliseconds. */
export const Instant = z.iso
  .datetime({
    offset: true,
    error: 'must be an RFC 3339 instant with an offset, such as 2030-01-31T09:00:00Z',
  })
  .meta({ id: 'Instant', example: '2030-01-31T09:00:00.000Z' });

/** A span: milliseconds as a number, or text such as `30s`, `1h30m`, `PT90M`. Read by `parseDuration` of the domain. */
export const Duration = z
  .union([z.number(), z.string().max(64)], {
    error: 'must be milliseconds or text such as "30s", "5m", "2h", "1d", "1w", "1h30m", "PT90M"',
  })
  .meta({ id: 'Duration', example: '30s' });

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/**
 * Any JSON value; its size is limited where it is used. One look at each value in it, where `z.json()` would try a union
 * of schemas and make a copy.
 */
export const JsonValue: z.ZodType<JsonValue> = z
  .custom<JsonValue>(isJson, 'must be a JSON value')
  .meta({ id: 'JsonValue', description: 'Any JSON value' });

/** Any JSON object; its size is limited where it is used. */
export const JsonObject: z.ZodType<JsonObject> = z
  .custom<JsonObject>((value) => isPlainObject(value) && isJson(value), 'must be a JSON object')
  .meta({ id: 'JsonObject', type: 'object', additionalProperties: true });

function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  if (isPlainObject(value)) return Object.values(value).every(isJson);
  return typeof value === 'string' || typeof value === 'boolean' || value === null;
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  // Not compared to this realm's own prototype, as an object may come from another.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Opaque position in a list, from `next_cursor` of the page before. */
export const Cursor = z.string().min(1).max(512);
