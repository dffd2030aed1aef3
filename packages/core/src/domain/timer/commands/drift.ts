import type { Delivery, Timer } from '../state.ts';

/** The drift is that of the first action that was handed off: so far as known, when its outcome comes in. */
export function withDrift(timer: Timer, { trigger }: Delivery, handedOffAt: number): Timer {
  const isFirst = timer.deliveries.every(
    (other) => other.trigger !== 'expire' || other.attempts.length === 0,
  );
  if (timer.status !== 'firing' || trigger !== 'expire' || !isFirst) return timer;
  return { ...timer, driftMs: handedOffAt - timer.fireAt };
}

/** That of a job is known when a runner takes it, however long it then takes. */
export function withDriftOfJob(
  timer: Timer,
  { number, trigger, attemptCount }: Delivery,
  handedOffAt: number,
): Timer {
  const isFirst =
    attemptCount === 1 &&
    timer.deliveries.every(
      (other) => other.trigger !== 'expire' || other.number === number || other.attemptCount === 0,
    );
  if (timer.status !== 'firing' || trigger !== 'expire' || !isFirst) return timer;
  return { ...timer, driftMs: handedOffAt - timer.fireAt };
}
