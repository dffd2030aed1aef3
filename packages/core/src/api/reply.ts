import type { Operation, Problem } from '@minoots/contract';
import type { AnyAnswer } from './operation.ts';
import { PROBLEM_CONTENT_TYPE, problemFor, retryAfterS } from './problem.ts';

/** An answer that is ready to send but for what every answer carries. */
export interface Reply {
  status: number;
  /** JSON text, or server-sent events. */
  body: string | ReadableStream<Uint8Array>;
  headers?: Record<string, string>;
  /** Whether the same request may succeed later. */
  isRetryable?: boolean;
}

/** The reply for what a handler answered. */
export function toReply(operation: Operation, answer: AnyAnswer): Reply {
  if ('stream' in answer) {
    return {
      status: operation.status,
      body: answer.stream,
      headers: { 'content-type': 'text/event-stream' },
    };
  }
  const { body, status = operation.status, headers } = answer;
  return { status, body: JSON.stringify(body), ...(headers === undefined ? {} : { headers }) };
}

/** The reply to a request that failed. */
export function problemReply(error: unknown, requestId: string): Reply {
  const problem: Problem = { ...problemFor(error), request_id: requestId };
  const retryAfter = retryAfterS(problem.code, error);
  return {
    status: problem.status,
    body: JSON.stringify(problem),
    headers: {
      'content-type': PROBLEM_CONTENT_TYPE,
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      ...(problem.code === 'unauthenticated' ? { 'www-authenticate': 'Bearer realm="minoots"' } : {}),
    },
    isRetryable: problem.retryable,
  };
}

/** Makes a reply a response. Headers stay a plain object: the server writes that without building a `Headers`. */
export function toResponse({ status, body, headers }: Reply, requestId: string): Response {
  return new Response(body, {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
      ...headers,
    },
  });
}
