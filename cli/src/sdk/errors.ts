import { type ErrorCode, type FieldError, Problem } from '@minoots/contract';
import * as z from 'zod';

/** Codes of failures that the client finds by itself, beside those of the API. */
export type ClientErrorCode =
  | 'unreachable'
  | 'timed_out'
  | 'unexpected_response'
  | 'not_configured'
  | 'server_start_failed'
  | 'aborted'
  | 'client_failed';

/** Codes that this version knows, and any that a newer server may have. */
type Code = ErrorCode | ClientErrorCode | (string & {});

const AnyProblem = Problem.extend({ code: z.string() });

interface MinootsErrorDetails {
  code: Code;
  detail: string;
  status?: number | undefined;
  errors?: FieldError[] | undefined;
  requestId?: string | undefined;
  retryable?: boolean | undefined;
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/** Everything that the client throws: an answer of the API that is a problem, or no answer at all. */
export class MinootsError extends Error {
  override readonly name = 'MinootsError';
  /** Stable name of what went wrong. */
  readonly code: Code;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  readonly detail: string;
  /** What is wrong with which field of the request. */
  readonly errors: FieldError[];
  /** Names the request in the server's log; null when there was no answer. */
  readonly requestId: string | null;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** How long the server asked to wait before trying again. */
  readonly retryAfterMs: number | null;

  constructor(details: MinootsErrorDetails) {
    super(describe(details), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.detail = details.detail;
    this.status = details.status ?? null;
    this.errors = details.errors ?? [];
    this.requestId = details.requestId ?? null;
    this.retryable = details.retryable ?? false;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }

  /** The error as plain data, such as crosses from the thread that makes synchronous calls. */
  toJSON(): MinootsErrorData {
    const { code, detail, status, errors, requestId, retryable } = this;
    return { code, detail, status, errors, requestId, retryable };
  }

  /** The error itself, or a failure of the client's own as one. */
  static of(error: unknown): MinootsError {
    if (error instanceof MinootsError) return error;
    const detail = error instanceof Error ? error.message : String(error);
    return new MinootsError({ code: 'client_failed', detail, cause: error });
  }

  /** Rebuilds what `toJSON` gave. */
  static from(data: MinootsErrorData): MinootsError {
    return new MinootsError({
      ...data,
      status: data.status ?? undefined,
      requestId: data.requestId ?? undefined,
    });
  }
}

export type MinootsErrorData = Pick<
  MinootsError,
  'code' | 'detail' | 'status' | 'errors' | 'requestId' | 'retryable'
>;

/** Reads a refused answer. One that is no problem document, as from a proxy, becomes `unexpected_response`. */
export function errorOfAnswer(status: number, body: unknown, retryAfterMs?: number): MinootsError {
  const problem = AnyProblem.safeParse(body);
  if (!problem.success) {
    return new MinootsError({
      code: 'unexpected_response',
      detail: `the server answered ${status} without a problem document`,
      status,
      retryable: [429, 502, 503, 504].includes(status),
      retryAfterMs,
    });
  }
  const { code, detail, errors, request_id: requestId, retryable } = problem.data;
  return new MinootsError({ code, detail, status, errors, requestId, retryable, retryAfterMs });
}

function describe({ code, detail, errors = [], requestId }: MinootsErrorDetails): string {
  const fields = errors
    .filter(({ message }) => !detail.includes(message))
    .map(({ pointer, message }) => `${pointer || '/'} ${message}`);
  const request = requestId === undefined ? '' : ` (${requestId})`;
  return `${code}: ${[detail, ...fields].join('; ')}${request}`;
}
