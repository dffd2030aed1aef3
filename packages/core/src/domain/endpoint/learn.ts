import {
  type Endpoint,
  type EndpointName,
  type Failures,
  type Origin,
  PAUSE_AFTER_FAILURES,
  PAUSE_AFTER_MS,
  type Pause,
  PROBE_GAPS_MS,
} from './state.ts';

/** An attempt that an endpoint was asked to answer. Instants in epoch ms. */
export interface MadeAttempt {
  /** Tells it from all others of the endpoint. */
  attempt: string;
  origin: Origin;
  /** When it was handed off. */
  at: number;
}

export interface FailedAttempt extends MadeAttempt {
  error: string;
  /** Whether the receiver said, of this very URL, that it wants no more. */
  isGone: boolean;
}

/** Takes in that an attempt failed. @param endpoint null when nothing was known of it */
export function learnFailure(
  endpoint: Endpoint | null,
  name: EndpointName,
  failed: FailedAttempt,
  now: number,
): Endpoint {
  const failures = oneMore(endpoint?.failures ?? null, failed, now);
  if (endpoint?.status === 'paused') return { ...missProbe(endpoint, failed.attempt, now, 1), failures };
  const { release = null, notices = [] } = endpoint ?? {};
  const { id, teamId, url } = name;
  const known = { id, teamId, url, failures, notices };
  if (!failed.isGone && !isHopeless(failures, now)) return { ...known, status: 'failing', release };
  const pause = pausedBy('service', null, now, failed.isGone);
  const { at, by, reason } = pause;
  const notice = { type: 'paused' as const, at, by, reason, origin: failed.origin, failures };
  return { ...known, status: 'paused', pause, release: null, notices: [...notices, notice] };
}

/** Takes in that an attempt succeeded. Null when nothing has to be known of the endpoint any more. */
export function learnSuccess(endpoint: Endpoint, { origin }: MadeAttempt, now: number): Endpoint | null {
  if (endpoint.status !== 'paused') {
    const { release, notices } = endpoint;
    const isOver = release === null && notices.length === 0;
    return isOver ? null : { ...endpoint, status: 'resumed', failures: null };
  }
  // Whoever paused it means it.
  if (endpoint.pause.probeAt === null) return { ...endpoint, failures: null };
  return resumed(endpoint, { by: 'service', origin }, now);
}

/**
 * Takes in that the probe ended without an answer by which to tell how the endpoint is. Other attempts change nothing.
 * @param failed how many probes to count as failed for it: 0 or 1
 */
export function missProbe(endpoint: Endpoint, attempt: string, now: number, failed = 0): Endpoint {
  if (endpoint.status !== 'paused') return endpoint;
  const { pause } = endpoint;
  if (pause.probe?.attempt !== attempt) return endpoint;
  const probes = pause.probes + failed;
  const probeAt = pause.probeAt === null ? null : now + gapMs(probes);
  return { ...endpoint, pause: { ...pause, probes, probeAt, probe: null, prober: null } };
}

/** A pause that begins now. @param isGone whether the receiver asked for it: then it is asked seldom whether it still does */
export function pausedBy(by: string, reason: string | null, now: number, isGone = false): Pause {
  const probes = isGone ? PROBE_GAPS_MS.length - 1 : 0;
  const probeAt = by === 'service' ? now + gapMs(probes) : null;
  return { at: now, by, reason, probes, probeAt, probe: null, prober: null, idleUntil: null };
}

/** The endpoint with nothing held against it, and what was postponed on its way. */
export function resumed(
  { id, teamId, url, notices, failures }: Endpoint,
  { by, origin }: { by: string; origin: Origin | null },
  now: number,
): Endpoint {
  const notice = { type: 'resumed' as const, at: now, by, reason: null, origin, failures };
  const release = { since: now, nextAt: now, isThrough: false };
  return { id, teamId, url, status: 'resumed', failures: null, notices: [...notices, notice], release };
}

function oneMore(before: Failures | null, { at, error }: FailedAttempt, now: number): Failures {
  const since = Math.min(before?.since ?? at, at);
  return { since, count: (before?.count ?? 0) + 1, last: { at: now, error } };
}

function isHopeless({ since, count }: Failures, now: number): boolean {
  return count >= PAUSE_AFTER_FAILURES && now - since >= PAUSE_AFTER_MS;
}

function gapMs(probes: number): number {
  return PROBE_GAPS_MS[Math.min(probes, PROBE_GAPS_MS.length - 1)] ?? 0;
}
