import { status } from '@grpc/grpc-js';

/** An answer other than OK: a gRPC code and what it is about. */
export class RpcFault extends Error {
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

/** Two transactions stand in each other's way; clients try again. */
export function contention(): RpcFault {
  return new RpcFault(status.ABORTED, 'Too much contention on these documents. Please try again.');
}

/** The form in which the gRPC server sends a failure. Whatever carries no gRPC code is INTERNAL. */
export function toServiceError(error: unknown): { code: status; details: string } {
  if (!(error instanceof Error)) return { code: status.INTERNAL, details: String(error) };
  const code = 'code' in error && typeof error.code === 'number' ? error.code : status.INTERNAL;
  return { code, details: withoutCode(error.message) };
}

// The in-process database writes "5 NOT_FOUND: ..." itself, and the client puts that in front once more.
function withoutCode(message: string): string {
  return message.replace(/^\d+ [A-Z_]+: /, '');
}
