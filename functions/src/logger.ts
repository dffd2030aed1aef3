import type { Logger } from '@minoots/core';
import { type LogSeverity, write } from 'firebase-functions/logger';

/** The operational log as Cloud Logging reads it: one JSON object a line, with severity and the request's trace. */
export const cloudLogger: Logger = {
  info: (fields, message) => log('INFO', fields, message),
  warn: (fields, message) => log('WARNING', fields, message),
  error: (fields, message) => log('ERROR', fields, message),
};

function log(severity: LogSeverity, fields: object, message: string): void {
  const readable = Object.entries(fields).map(([name, value]) => [name, readableError(value)]);
  write({ ...Object.fromEntries(readable), severity, message });
}

/** An error's own fields are not enumerable, so JSON would show none of them. */
function readableError(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { name, message, stack, ...(cause === undefined ? {} : { cause: readableError(cause) }) };
}
