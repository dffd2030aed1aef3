import { type Logger, safeLogText } from '@minoots/core';
import { type LogSeverity, write } from 'firebase-functions/logger';

/** Values inside one another that are shown at most: what is deeper is nothing that was meant to be logged. */
const MOST_LEVELS = 12;

/** The operational log as Cloud Logging reads it: one JSON object a line, with severity and the request's trace. */
export const cloudLogger: Logger = {
  info: (fields, message) => log('INFO', fields, message),
  warn: (fields, message) => log('WARNING', fields, message),
  error: (fields, message) => log('ERROR', fields, message),
};

function log(severity: LogSeverity, fields: object, message: string): void {
  write({ ...readableFields(fields, MOST_LEVELS), severity, message: safeLogText(message) });
}

/** The same with nothing in it that rules a terminal. An error's own fields are not enumerable, so JSON would show none. */
function readable(value: unknown, levels: number): unknown {
  if (typeof value === 'string') return safeLogText(value);
  // JSON has neither, and would call a function that is named toJSON.
  if (typeof value === 'function') return undefined;
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return '…';
  if (Array.isArray(value)) return value.map((item) => readable(item, levels - 1));
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    const shown = { name, message, stack, ...(cause === undefined ? {} : { cause }) };
    return readableFields(shown, levels - 1);
  }
  const json = jsonOf(value);
  return json === value ? readableFields(value, levels - 1) : readable(json, levels - 1);
}

/** What a value turns itself into for JSON, as dates do; the value itself where it does not. */
function jsonOf(value: object): unknown {
  if (!('toJSON' in value) || typeof value.toJSON !== 'function') return value;
  try {
    return value.toJSON();
  } catch {
    return value;
  }
}

function readableFields(fields: object, levels: number): Record<string, unknown> {
  const entries = Object.entries(fields).map(([name, value]) => [safeLogText(name), readable(value, levels)]);
  return Object.fromEntries(entries);
}
