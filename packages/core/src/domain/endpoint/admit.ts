import type { Endpoint, Pause } from './state.ts';

/** An attempt that is due at an endpoint. */
export interface DueAttempt {
  /** Tells it from all others of the endpoint. */
  attempt: string;
  timerId: string;
  /** When it counts as lost, in epoch ms. */
  until: number;
}

/** Whether an attempt may be made now. `until`: when to ask again, epoch ms; null: when the endpoint has resumed. */
export type Admission = { type: 'go' } | { type: 'postpone'; pause: Pause; until: number | null };

const GO: Admission = { type: 'go' };

/**
 * Lets an attempt through or not. Of a paused endpoint one is let through when a probe is due, and the others are
 * postponed until its outcome is known. The very same endpoint means that nothing changed.
 */
export function admit(
  endpoint: Endpoint,
  { attempt, timerId, until }: DueAttempt,
  now: number,
): { endpoint: Endpoint; admission: Admission } {
  if (endpoint.status !== 'paused') return { endpoint, admission: GO };
  const { pause } = endpoint;
  const postpone = (at: number | null) => ({ type: 'postpone' as const, pause, until: at });
  if (pause.probeAt === null || isProbed(pause, now)) return { endpoint, admission: postpone(null) };
  if (now >= pause.probeAt) {
    const probing = { ...pause, probe: { attempt, until }, prober: null, idleUntil: null };
    return { endpoint: { ...endpoint, pause: probing }, admission: GO };
  }
  const prober = pause.prober ?? timerId;
  const admission = postpone(prober === timerId ? pause.probeAt : null);
  if (pause.prober !== null) return { endpoint, admission };
  return { endpoint: { ...endpoint, pause: { ...pause, prober } }, admission };
}

/** Whether a probe is under way. */
export function isProbed({ probe }: Pause, now: number): boolean {
  return probe !== null && probe.until > now;
}
