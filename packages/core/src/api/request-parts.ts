import { OPERATIONS, type Operation } from '@minoots/contract';
import type { HonoRequest } from 'hono';
import type * as z from 'zod';
import { MAX_BODY_BYTES } from '../app/limits.ts';
import { bodyPointer, fieldErrors, type Pointer, paramPointer, queryPointer } from '../wire/field-errors.ts';
import { MAX_BATCH_BODY_BYTES, readText } from './body.ts';
import { parseJson } from './json.ts';
import { invalidRequest } from './problem.ts';
import { readQuery } from './query.ts';

/** Paths of operations that take many timers at once. */
const LARGE_BODIES = new Set<string>([OPERATIONS.createTimers.path, OPERATIONS.importTimers.path]);

/** The parts of a request that its operation declares, read by their schemas; the others are undefined. */
export interface RequestParts {
  params: unknown;
  query: unknown;
  body: unknown;
  /** The body as it came. */
  text: string;
}

/**
 * Reads a request as its operation declares it: path, query, size of the body, JSON, schema.
 * @throws MinootsError for the first part that is at fault
 */
export async function readParts(operation: Operation, req: HonoRequest): Promise<RequestParts> {
  const { params, query, body } = operation;
  const read = {
    params: params && check(params, req.param(), paramPointer),
    query: query && check(query, readQuery(req.url), queryPointer),
  };
  if (body === undefined) return { ...read, body: undefined, text: '' };
  const text = await readText(
    req.raw,
    LARGE_BODIES.has(operation.path) ? MAX_BATCH_BODY_BYTES : MAX_BODY_BYTES,
  );
  const value = text === '' && operation.bodyOptional ? {} : parseJson(text);
  return { ...read, body: check(body, value, bodyPointer), text };
}

function check(schema: z.ZodType, value: unknown, pointer: Pointer): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidRequest(fieldErrors(result.error, pointer));
}
