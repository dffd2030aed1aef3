import { nextGapMs } from '../../retry.ts';
import { BUILT_IN_RUNNER_ID } from '../../runner.ts';
import type { Change } from '../commands.ts';
import { entry } from '../log.ts';
import type { Delivery, Lease, NewLogEntry, Timer } from '../state.ts';

type Leased = Delivery & { lease: Lease };

/** Why an attempt ended without an outcome: for the history, and for the attempt itself. */
export interface Interruption {
  message: string;
  error: string;
  /** How long it is known to have taken, in ms. */
  durationMs: number;
}

/** Whether an attempt could only be under way in this process, or in a runner that comes and goes with it. */
export function isHeldHere({ runnerId }: Lease): boolean {
  return runnerId === undefined || runnerId === BUILT_IN_RUNNER_ID;
}

/**
 * Takes back attempts that nobody makes any more. Each is recorded as interrupted and counts, so that an action that kills
 * its process ends; the next one is due at once.
 */
export function takeBackLost(change: Change, isLost: (lease: Lease) => boolean, now: number): Change {
  return change.timer.deliveries.reduce(
    (current, { number, lease }) =>
      lease !== null && isLost(lease) ? takeBack(current, number, lossOf(lease), now) : current,
    change,
  );
}

/** Takes back the attempt that is under way at a delivery. */
export function takeBack(change: Change, number: number, why: Interruption, now: number): Change {
  const { timer } = change;
  const entries = [...change.entries];
  const deliveries = timer.deliveries.map((delivery) =>
    delivery.number === number && isLeased(delivery)
      ? interrupt(timer, delivery, why, now, entries)
      : delivery,
  );
  return { ...change, timer: { ...timer, deliveries }, entries };
}

function isLeased(delivery: Delivery): delivery is Leased {
  return delivery.lease !== null;
}

function lossOf({ attempt, runnerId }: Lease): Interruption {
  if (runnerId === undefined) {
    return {
      message: `The process stopped during attempt ${attempt}`,
      error: 'the process stopped during the attempt; its outcome is not known',
      durationMs: 0,
    };
  }
  return {
    message: `Runner ${runnerId} was lost during attempt ${attempt}`,
    error: 'the runner was not heard of any more; how far it came is not known',
    durationMs: 0,
  };
}

function interrupt(
  timer: Timer,
  delivery: Leased,
  { message, error, durationMs }: Interruption,
  now: number,
  entries: NewLogEntry[],
): Delivery {
  const { lease, ...rest } = delivery;
  const { runnerId } = lease;
  const data = { delivery: delivery.number, attempt: lease.attempt };
  entries.push(entry(now, 'delivery.interrupted', message, data));
  const interrupted = {
    number: lease.attempt,
    at: lease.startedAt,
    durationMs,
    outcome: 'interrupted' as const,
    responseStatus: null,
    responseBody: null,
    error,
    ...(runnerId === undefined ? {} : { runnerId }),
  };
  const free = { ...rest, attempts: [...delivery.attempts, interrupted], lease: null };
  const hasNext = nextGapMs(timer.retry, delivery.attemptCount - delivery.roundStart, 0, null) !== null;
  if (hasNext) return { ...free, status: 'pending', nextAttemptAt: now };
  entries.push(entry(now, 'delivery.exhausted', 'No attempt left', data));
  return { ...free, status: 'exhausted', nextAttemptAt: null };
}
