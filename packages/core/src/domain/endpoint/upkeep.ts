import { isProbed } from './admit.ts';
import { type Endpoint, FORGET_AFTER_MS, type Notice, PROBE_GAPS_MS } from './state.ts';

/** How long whoever left something to do may take over it before others do it, in ms. */
const GRACE_MS = 30_000;
/** How long a probe may be late before another delivery is chosen for it, in ms. */
const PROBE_GRACE_MS = 60_000;
/** After a release, when to look for what was being postponed while it began, in ms. */
const SECOND_LOOK_MS = 60_000;
/** How long nobody looks after an endpoint that has nothing to send, in ms. */
const IDLE_MS = PROBE_GAPS_MS.at(-1) ?? 0;

/** When somebody has to look after an endpoint that nobody asks anything of, in epoch ms; null: never. */
export function lookAt(endpoint: Endpoint): number | null {
  const { notices, release } = endpoint;
  if (isDone(endpoint)) return 0;
  const instants = [
    ...notices.map(({ at }) => at + GRACE_MS),
    ...(release === null ? [] : [release.since + (release.isThrough ? SECOND_LOOK_MS : GRACE_MS)]),
    probeOverdueAt(endpoint),
    forgetAt(endpoint),
  ].filter((at) => at !== null);
  return instants.length === 0 ? null : Math.min(...instants);
}

/** Whether the time of a probe has passed and nobody has made it. */
export function isProbeOverdue(endpoint: Endpoint, now: number): boolean {
  const at = probeOverdueAt(endpoint);
  return at !== null && at <= now;
}

/** Whether a delivery has to be chosen that is to be the next probe. */
export function needsProber(endpoint: Endpoint, now: number): boolean {
  if (endpoint.status !== 'paused' || endpoint.pause.probeAt === null) return false;
  return endpoint.pause.prober === null && !isProbed(endpoint.pause, now);
}

/** Takes note of who is to be the next probe, and when; with null that there is nobody. */
export function chooseProber(endpoint: Endpoint, timerId: string | null, now: number): Endpoint {
  // Somebody may have paused it by hand meanwhile.
  if (endpoint.status !== 'paused' || endpoint.pause.probeAt === null) return endpoint;
  const { pause } = endpoint;
  if (timerId === null) return { ...endpoint, pause: { ...pause, prober: null, idleUntil: now + IDLE_MS } };
  const probeAt = Math.max(endpoint.pause.probeAt, now);
  return { ...endpoint, pause: { ...pause, probeAt, prober: timerId, idleUntil: null } };
}

/** Takes note that the team has been told. */
export function withoutNotices(endpoint: Endpoint, told: readonly Notice[]): Endpoint {
  const isTold = (notice: Notice) => told.some(({ type, at }) => type === notice.type && at === notice.at);
  return { ...endpoint, notices: endpoint.notices.filter((notice) => !isTold(notice)) };
}

/**
 * Takes note of how far a release has come.
 * @param release the one that was carried on; another one since then stays as it is
 * @param nextAt when the next delivery goes out, epoch ms
 */
export function releasedUntil(
  endpoint: Endpoint,
  release: { since: number },
  { nextAt, isThrough }: { nextAt: number; isThrough: boolean },
  now: number,
): Endpoint {
  if (endpoint.release?.since !== release.since) return endpoint;
  const isOver = isThrough && now >= release.since + SECOND_LOOK_MS;
  return { ...endpoint, release: isOver ? null : { since: release.since, nextAt, isThrough } };
}

/**
 * An endpoint once what lies long back does not count any more. Null when nothing is left to know of it. What was
 * postponed for one that the service had paused goes out.
 */
export function withoutThePast(endpoint: Endpoint, now: number): Endpoint | null {
  const at = forgetAt(endpoint);
  const isPast = at !== null && at <= now;
  const { id, teamId, url, notices } = endpoint;
  if (isPast && endpoint.status === 'paused') {
    const release = { since: now, nextAt: now, isThrough: false };
    return { id, teamId, url, status: 'resumed', failures: null, notices, release };
  }
  if (!isPast) return isDone(endpoint) ? null : endpoint;
  const forgotten = { id, teamId, url, notices, release: endpoint.release, failures: null };
  return withoutThePast({ ...forgotten, status: 'resumed' }, now);
}

/** Whether there is nothing more to know of an endpoint that is well. */
function isDone({ status, notices, release }: Endpoint): boolean {
  return status === 'resumed' && notices.length === 0 && release === null;
}

function probeOverdueAt(endpoint: Endpoint): number | null {
  if (endpoint.status !== 'paused' || endpoint.pause.probeAt === null) return null;
  const { probe, probeAt, idleUntil } = endpoint.pause;
  return Math.max(probe?.until ?? 0, probeAt + PROBE_GRACE_MS, idleUntil ?? 0);
}

function forgetAt(endpoint: Endpoint): number | null {
  const isByHand = endpoint.status === 'paused' && endpoint.pause.probeAt === null;
  if (endpoint.status === 'resumed' || isByHand) return null;
  return (endpoint.failures?.last.at ?? 0) + FORGET_AFTER_MS;
}
