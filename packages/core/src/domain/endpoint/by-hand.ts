import { ok, type Result, reject } from '../rejection.ts';
import { pausedBy, resumed } from './learn.ts';
import type { Endpoint, EndpointName } from './state.ts';

/**
 * Pauses an endpoint until somebody resumes it. One that the service has paused is not probed any more; one that was
 * paused by hand stays as it is.
 * @param endpoint null when nothing was known of it
 */
export function pauseByHand(
  endpoint: Endpoint | null,
  { id, teamId, url }: EndpointName,
  { by, reason }: { by: string; reason: string | null },
  now: number,
): Endpoint {
  if (endpoint?.status === 'paused' && endpoint.pause.by !== 'service') return endpoint;
  const { failures = null, notices = [] } = endpoint ?? {};
  const notice = { type: 'paused' as const, at: now, by, reason, origin: null, failures };
  return {
    id,
    teamId,
    url,
    status: 'paused',
    failures,
    pause: pausedBy(by, reason, now),
    notices: [...notices, notice],
    release: null,
  };
}

/** Resumes a paused endpoint. One that has resumed already stays as it is, so that a request may be repeated. */
export function resumeByHand(endpoint: Endpoint, by: string, now: number): Result<Endpoint> {
  switch (endpoint.status) {
    case 'paused':
      return ok(resumed(endpoint, { by, origin: null }, now));
    case 'resumed':
      return ok(endpoint);
    case 'failing':
      return reject('invalid_state', `Endpoint ${endpoint.id} is not paused`);
    default:
      return endpoint satisfies never;
  }
}
