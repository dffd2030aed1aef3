import { CreatedTimer, ERRORS, type ErrorCode, type Operation, Problem, Timer } from '@minoots/contract';
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { PROBLEM_CONTENT_TYPE, PROBLEM_TYPE_BASE, retryAfterS } from './problem.ts';

type Responses = Record<`${1 | 2 | 3 | 4 | 5}${string}`, ZodOpenApiResponseObject>;

/** Every answer that an operation can give, by status. */
export function responsesOf(id: string, operation: Operation): ZodOpenApiResponsesObject {
  const responses: Responses = { [`${operation.status}`]: success(operation) };
  if (id === 'createTimer') {
    responses['200'] = {
      ...success(operation),
      description: 'A timer of this id with this body is there already',
    };
  }
  for (const [status, codes] of Map.groupBy(errorsOf(operation), (code) => ERRORS[code].status)) {
    responses[`${status}` as keyof Responses] = failure(codes);
  }
  if (id === 'readyz') responses['503'] = { ...success(operation), description: 'A part does not answer' };
  return responses;
}

/** What may be wrong with whoever asks, and with the team that they ask for. */
const OF_CREDENTIALS = [
  'unauthenticated',
  'sso_required',
  'forbidden',
  'not_found',
  'invalid_request',
  'identity_unavailable',
] as const satisfies ErrorCode[];

/** Whether an operation can be carried out once per key: keys are of a team, so not where nobody says who asks. */
export function takesIdempotencyKey({ method, scope }: Pick<Operation, 'method' | 'scope'>): boolean {
  return method === 'POST' && scope !== null;
}

/** Every code that an operation can answer: its own, and those that any operation of its kind can. */
export function errorsOf(operation: Operation): ErrorCode[] {
  const { scope, params, query, body, shownOnce, errors } = operation;
  const codes: ErrorCode[] = [...errors, 'internal'];
  if (scope !== null) codes.push(...OF_CREDENTIALS, 'rate_limited', 'storage_unavailable', 'shutting_down');
  if (params ?? query ?? body) codes.push('invalid_request');
  if (body !== undefined) codes.push('malformed_json', 'payload_too_large', 'unsupported_media_type');
  if (takesIdempotencyKey(operation)) codes.push('idempotency_in_flight', 'idempotency_mismatch');
  if (shownOnce !== undefined) codes.push('shown_once');
  return [...new Set(codes)];
}

function success({ output, stream }: Operation): ZodOpenApiResponseObject {
  const hasTag = output === Timer || output === CreatedTimer;
  return {
    description: 'Done',
    ...(hasTag
      ? {
          headers: {
            ETag: { description: 'Version of the timer, for If-Match', schema: { type: 'string' } },
          },
        }
      : {}),
    content: { [stream === 'sse' ? 'text/event-stream' : 'application/json']: { schema: output } },
  };
}

const failures = new Map<string, ZodOpenApiResponseObject>();

/** One response object per set of codes: the document refers to it wherever it is given. */
function failure(codes: ErrorCode[]): ZodOpenApiResponseObject {
  const id = codes.toSorted().join('.');
  const known = failures.get(id) ?? describeFailure(id, codes);
  failures.set(id, known);
  return known;
}

function describeFailure(id: string, codes: ErrorCode[]): ZodOpenApiResponseObject {
  const waits = codes.some((code) => retryAfterS(code) !== undefined);
  const examples = codes.map(
    (code) => [code, { summary: ERRORS[code].title, value: example(code) }] as const,
  );
  return {
    id,
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join('; '),
    ...(waits
      ? { headers: { 'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer' } } } }
      : {}),
    content: { [PROBLEM_CONTENT_TYPE]: { schema: Problem, examples: Object.fromEntries(examples) } },
  };
}

function example(code: ErrorCode): Problem {
  const { title, status, retryable } = ERRORS[code];
  return {
    type: PROBLEM_TYPE_BASE + code,
    title,
    status,
    detail: title,
    code,
    ...(code === 'invalid_request' ? { errors: [{ pointer: '/name', message: 'must not be empty' }] } : {}),
    request_id: 'f7c2f9d2-7f3f-4b0a-9a44-3f1a2b6c9d10',
    retryable,
  };
}
