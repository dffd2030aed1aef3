import { TargetRefused } from './target-guard.ts';

/** Where in its course an attempt was. */
export type Phase = 'connecting' | 'waiting for the answer' | 'reading the answer';

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the receiver closed the connection without an answer',
  EPIPE: 'the receiver closed the connection without an answer',
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the host name could not be resolved for now',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'the connection timed out',
  CERT_HAS_EXPIRED: 'the TLS certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the TLS certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the TLS certificate is not from a trusted authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the TLS certificate is not from a trusted authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the TLS certificate is not from a trusted authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the TLS certificate is for another name',
};

/** Says in words why no complete answer came. */
export function describeFailure(error: unknown, phase: Phase): string {
  const code = codeOf(error);
  if (phase === 'reading the answer') return 'the connection broke before the answer was complete';
  if (code?.startsWith('HPE_')) return 'the answer is not valid HTTP';
  if (code === 'EPROTO' || code?.startsWith('ERR_SSL_')) return 'the TLS handshake failed';
  const reason = code === undefined ? undefined : REASONS[code];
  if (reason !== undefined) return `${reason} (${code})`;
  return error instanceof Error && error.message !== '' ? error.message : 'the request failed';
}

/** The guard's reason when it was the guard that stopped the request. */
export function refusalOf(error: unknown): string | null {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof TargetRefused ? cause.message : null;
}

/** Whether a kept connection turned out to be closed by the receiver, which says nothing about the receiver now. */
export function isStaleConnection(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
