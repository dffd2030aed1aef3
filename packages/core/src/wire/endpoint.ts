import type * as wire from '@minoots/contract';
import type { Endpoint } from '../domain/endpoint/state.ts';
import { toInstant } from './timer.ts';

/** What is known of an endpoint, as the API shows it. */
export function toWireEndpoint(endpoint: Endpoint): wire.Endpoint {
  const { id, url, status, failures } = endpoint;
  const pause = endpoint.status === 'paused' ? endpoint.pause : null;
  return {
    id,
    url,
    status,
    failing_since: toInstant(failures?.since ?? null),
    consecutive_failures: failures?.count ?? 0,
    last_failure_at: toInstant(failures?.last.at ?? null),
    last_error: failures?.last.error ?? null,
    paused_at: toInstant(pause?.at ?? null),
    paused_by: pause?.by ?? null,
    pause_reason: pause?.reason ?? null,
    next_probe_at: toInstant(pause?.probeAt ?? null),
  };
}
