import type { ErrorCode } from '@minoots/contract';

/** A refusal, as data. `pointer` names the field of the request at fault, where there is one. */
export interface Rejection {
  ok: false;
  code: ErrorCode;
  detail: string;
  pointer?: string;
}

export interface Ok<T> {
  ok: true;
  value: T;
}

export type Result<T> = Ok<T> | Rejection;

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

export function reject(code: ErrorCode, detail: string, pointer?: string): Rejection {
  return pointer === undefined ? { ok: false, code, detail } : { ok: false, code, detail, pointer };
}
