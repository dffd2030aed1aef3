import { type BatchItemProblem, ERRORS, type ErrorCode, type FieldError } from '@minoots/contract';
import { MinootsError } from '../app/errors.ts';
import { IdentityUnavailable } from '../ports/id-token-verifier.ts';
import { InvalidPosition, StorageUnavailable } from '../ports/timer-store.ts';

/** Where each error code is explained; the `type` of a problem is this and the code. */
export const PROBLEM_TYPE_BASE = 'https://docs.minoots.com/errors/';
export const PROBLEM_CONTENT_TYPE = 'application/problem+json';
/** Most faults that one answer names. */
export const MAX_FIELD_ERRORS = 20;

const MAX_POINTER_LENGTH = 256;
const MAX_MESSAGE_LENGTH = 400;
const RETRY_AFTER_S: Partial<Record<ErrorCode, number>> = {
  agent_throttled: 60,
  rate_limited: 60,
  idempotency_in_flight: 1,
  delivery_unfinished: 5,
  storage_unavailable: 5,
  identity_unavailable: 5,
  shutting_down: 5,
};

/**
 * The problem document for anything a request may fail with. What is not a known failure becomes `internal`, which
 * tells nothing of its cause.
 */
export function problemFor(error: unknown): BatchItemProblem {
  const { code, message, errors, members } = toMinootsError(error);
  const { status, title, retryable } = ERRORS[code];
  return {
    ...members,
    type: PROBLEM_TYPE_BASE + code,
    title,
    status,
    detail: clip(message, MAX_MESSAGE_LENGTH),
    code,
    ...(errors === undefined ? {} : { errors: errors.slice(0, MAX_FIELD_ERRORS).map(clipFieldError) }),
    retryable,
  };
}

/** Seconds after which a request refused with this code is worth repeating; undefined where nobody knows. */
export function retryAfterS(code: ErrorCode, error?: unknown): number | undefined {
  const own = error instanceof MinootsError ? error.retryAfterS : undefined;
  return own ?? RETRY_AFTER_S[code];
}

/** Whether an error is a failure of the service itself that an operator should see. */
export function isUnexpected(error: unknown): boolean {
  return toMinootsError(error).code === 'internal';
}

/** The refusal of a request whose fields are at fault. */
export function invalidRequest(errors: FieldError[]): MinootsError {
  return new MinootsError('invalid_request', summary(errors), { errors });
}

function toMinootsError(error: unknown): MinootsError {
  if (error instanceof MinootsError) return error;
  if (error instanceof StorageUnavailable) {
    return new MinootsError(
      'storage_unavailable',
      'The store is out of reach or takes no writes at present; a change may be repeated with its Idempotency-Key',
    );
  }
  if (error instanceof IdentityUnavailable) {
    return new MinootsError('identity_unavailable', 'The identity service does not answer; try again soon');
  }
  if (error instanceof InvalidPosition) {
    const fault = { pointer: '?cursor', message: 'is not a next_cursor of this list' };
    return new MinootsError('invalid_cursor', summary([fault]), { errors: [fault] });
  }
  return new MinootsError(
    'internal',
    'Something went wrong in the service; the request id helps to find out what',
  );
}

function summary([first, ...others]: FieldError[]): string {
  if (first === undefined) return 'The request is not valid';
  const more = others.length === 0 ? '' : `; and ${others.length} more`;
  return `${clipFieldError(first).pointer || 'The body'}: ${first.message}${more}`;
}

function clipFieldError({ pointer, message }: FieldError): FieldError {
  return { pointer: clip(pointer, MAX_POINTER_LENGTH), message: clip(message, MAX_MESSAGE_LENGTH) };
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}
