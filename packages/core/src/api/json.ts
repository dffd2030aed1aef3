import type { FieldError } from '@minoots/contract';
import { MinootsError } from '../app/errors.ts';
import { escapeToken } from '../wire/field-errors.ts';
import { invalidRequest } from './problem.ts';

/** Deepest nesting of a body. */
export const MAX_JSON_DEPTH = 64;

/**
 * Reads JSON that is safe to hand on: not too deep for recursive code, without the key that sets a prototype, and
 * without halves of characters, which no store could give back as they came.
 * @throws MinootsError `malformed_json`, `invalid_request`
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = text === '' ? 'is empty; JSON is expected' : reasonOf(error);
    throw new MinootsError('malformed_json', `The body: ${reason}`, {
      errors: [{ pointer: '', message: reason }],
    });
  }
  const fault = findFault(value, 0);
  if (fault !== null) throw invalidRequest([fault]);
  return value;
}

/** What the parser says but for the piece of the text that it quotes, which may be part of a secret. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'is not JSON';
  return error.message.replace(/, (?:\.{3})?".*"(?:\.{3})? is not/s, ' is not');
}

function findFault(value: unknown, depth: number): FieldError | null {
  if (typeof value === 'string') return value.isWellFormed() ? null : brokenText();
  if (typeof value !== 'object' || value === null) return null;
  if (depth === MAX_JSON_DEPTH)
    return { pointer: '', message: `is nested deeper than ${MAX_JSON_DEPTH} levels` };
  return Array.isArray(value) ? findFaultInArray(value, depth) : findFaultInObject(value, depth);
}

function findFaultInArray(items: unknown[], depth: number): FieldError | null {
  for (let index = 0; index < items.length; index++) {
    const fault = findFault(items[index], depth + 1);
    if (fault !== null) return within(String(index), fault);
  }
  return null;
}

function findFaultInObject(object: object, depth: number): FieldError | null {
  for (const key of Object.keys(object)) {
    const value: unknown = Reflect.get(object, key);
    if (key === '__proto__') return within(key, { pointer: '', message: 'is not allowed as a key' });
    const fault = key.isWellFormed() ? findFault(value, depth + 1) : brokenText();
    if (fault !== null) return within(key.toWellFormed(), fault);
  }
  return null;
}

function brokenText(): FieldError {
  return { pointer: '', message: 'holds half of a surrogate pair' };
}

function within(key: string, { pointer, message }: FieldError): FieldError {
  return { pointer: `/${escapeToken(key)}${pointer}`, message };
}
