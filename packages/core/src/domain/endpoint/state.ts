const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** An endpoint is paused when so many attempts in a row have failed, over at least so long. */
export const PAUSE_AFTER_FAILURES = 20;
export const PAUSE_AFTER_MS = HOUR;
/** From the pause to the first probe, and from each probe that failed to the next; the last one again and again. */
export const PROBE_GAPS_MS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR] as const;
/** How long a delivery may be postponed in all, in ms, before it counts as a dead letter. */
export const MAX_POSTPONED_MS = 72 * HOUR;
/** From one postponed delivery to the next when an endpoint resumes, in ms. */
export const RELEASE_GAP_MS = 100;
/** After so long without another failure the service knows nothing of an endpoint any more, unless it was paused by hand. */
export const FORGET_AFTER_MS = 7 * 24 * HOUR;

/** Where actions of a team go: their URL as it stands in the action, without query and fragment. */
export interface EndpointName {
  id: string;
  teamId: string;
  url: string;
}

/** Failed attempts since the last one that succeeded. Instants in epoch ms. */
export interface Failures {
  /** When the first of them was made. */
  since: number;
  count: number;
  last: { at: number; error: string };
}

/** That no attempts are made. Instants in epoch ms. */
export interface Pause {
  at: number;
  /** `service`, or the id of whoever asked for it. */
  by: string;
  /** What they said. */
  reason: string | null;
  /** Probes that have failed. */
  probes: number;
  /** When one attempt may be made to see whether the endpoint is well again; null where nobody asks: paused by hand. */
  probeAt: number | null;
  /** The attempt that has been let through, and when it counts as lost. */
  probe: { attempt: string; until: number } | null;
  /** The timer whose delivery is postponed until `probeAt` alone, to be the probe. */
  prober: string | null;
  /** Nothing was postponed when a probe was due: until when nobody looks again. */
  idleUntil: number | null;
}

/** A delivery, and the timer that it belongs to. */
export interface Origin {
  timerId: string;
  timerName: string;
  deliveryId: string;
}

/** What the team is yet to be told. */
export interface Notice {
  type: 'paused' | 'resumed';
  at: number;
  /** `service`, or the id of whoever asked for it. */
  by: string;
  reason: string | null;
  /** The delivery that made the difference; null by hand. */
  origin: Origin | null;
  failures: Failures | null;
}

/** That what was postponed is being sent. */
export interface Release {
  since: number;
  /** When the next of them goes out. */
  nextAt: number;
  /** Whether all that had been postponed has been told to go. What was being postponed just then is yet to be looked for. */
  isThrough: boolean;
}

/**
 * What is known of an endpoint, kept only while that matters: it is failing or paused, or it has resumed and there is
 * something left to do.
 */
export type Endpoint = EndpointName & {
  failures: Failures | null;
  notices: Notice[];
  release: Release | null;
} & ({ status: 'failing' | 'resumed' } | { status: 'paused'; pause: Pause });

export type EndpointStatus = Endpoint['status'];
