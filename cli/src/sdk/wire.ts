import { OPERATIONS, type Operation, type OperationId, type Operations } from '@minoots/contract';
import type * as z from 'zod';
import { MinootsError } from './errors.ts';

type Part<K extends OperationId, P extends string> =
  Operations[K] extends Record<P, infer S extends z.ZodType> ? z.input<S> : undefined;

/** The body that an operation takes. */
export type BodyOf<K extends OperationId> = Part<K, 'body'>;
/** What an operation answers. */
export type AnswerOf<K extends OperationId> = z.output<Operations[K]['output']>;

/** A value of a query; `undefined` is left out and a list is joined with commas. */
export type QueryValue = string | number | readonly string[] | undefined;

export interface RequestParts {
  /** What the path names, where that is one thing: an id, or a key. */
  id?: string;
  /** What the path names, by its names there. */
  params?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, QueryValue>>;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  /** Deadline of one attempt, in ms. */
  timeoutMs?: number;
  /** Sends no Idempotency-Key with a POST, which is then not repeated: for what goes out often and does no harm. */
  keyless?: true;
}

/** One request as plain data, so that it can be repeated and can cross to another thread. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly timeoutMs: number;
}

const ATTEMPT_TIMEOUT_MS = 20_000;

/**
 * Builds the request of an operation. A POST gets an Idempotency-Key, which makes it safe to repeat, unless told.
 * @throws MinootsError `invalid_request` for an id that no resource can have: an empty one would name the whole list
 */
export function toWire(operationId: OperationId, parts: RequestParts = {}): WireRequest {
  const operation = OPERATIONS[operationId];
  const body = parts.body === undefined ? null : JSON.stringify(parts.body);
  const headers = {
    ...(body === null ? {} : { 'content-type': 'application/json' }),
    ...(operation.method === 'POST' && parts.keyless !== true
      ? { 'idempotency-key': crypto.randomUUID() }
      : {}),
    ...parts.headers,
  };
  return {
    method: operation.method,
    path: pathOf(operationId, parts) + queryText(parts.query ?? {}),
    headers,
    body,
    timeoutMs: parts.timeoutMs ?? ATTEMPT_TIMEOUT_MS,
  };
}

/**
 * Reads the answer of an operation.
 * @throws MinootsError `unexpected_response` when it is not what the contract promises
 */
export function readAnswer<K extends OperationId>(operationId: K, json: unknown): AnswerOf<K>;
export function readAnswer(operationId: OperationId, json: unknown): unknown {
  const answer = OPERATIONS[operationId].output.safeParse(json);
  if (answer.success) return answer.data;
  const issue = answer.error.issues[0];
  throw new MinootsError({
    code: 'unexpected_response',
    detail: `the answer to ${operationId} is not as expected at /${issue?.path.join('/') ?? ''}: ${issue?.message}; the server may be of another version`,
  });
}

/** The path with what it names filled in: by `params`, and by `id` where there is but one thing to name. */
function pathOf(operationId: OperationId, { id, params = {} }: RequestParts): string {
  const { path, params: schema }: Operation = OPERATIONS[operationId];
  const names = [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? []);
  const [first = ''] = names;
  const given: Readonly<Record<string, string | undefined>> =
    names.length === 1 ? { [first]: id, ...params } : params;
  const issue = schema?.safeParse(given).error?.issues[0];
  const wrong = names.find((name) => given[name] === undefined || issue?.path[0] === name);
  if (wrong === undefined)
    return path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(given[name] ?? ''));
  const reason = issue?.message ?? 'is not valid';
  throw new MinootsError({
    code: 'invalid_request',
    detail: `${JSON.stringify(given[wrong]) ?? `a missing ${wrong}`} is not ${wrong === 'id' ? 'an id' : `a ${wrong}`}: ${reason}`,
    errors: [{ pointer: `/${wrong}`, message: reason }],
  });
}

function queryText(query: Readonly<Record<string, QueryValue>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, typeof value === 'object' ? value.join(',') : String(value));
  }
  return search.size === 0 ? '' : `?${search}`;
}
