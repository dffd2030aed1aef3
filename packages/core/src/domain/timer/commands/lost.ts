import { isForRunner, type RunnerAction } from '../../action.ts';
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

/** Puts the jobs whose attempt is due among those that wait for a runner. */
export function queueDue(change: Change, now: number): Change {
  const entries = [...change.entries];
  const deliveries = change.timer.deliveries.map((delivery): Delivery => {
    const { action, nextAttemptAt } = delivery;
    if (!isForRunner(action) || nextAttemptAt === null || nextAttemptAt > now) return delivery;
    entries.push(queuedEntry(delivery, action, now));
    return { ...delivery, status: 'queued', nextAttemptAt: null, queuedAt: now };
  });
  if (entries.length === change.entries.length) return change;
  return { ...change, timer: { ...change.timer, deliveries }, entries };
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

function queuedEntry(
  { number, attemptCount }: Delivery,
  { type, runsOn }: RunnerAction,
  now: number,
): NewLogEntry {
  const labels = runsOn.length === 0 ? '' : ` with ${runsOn.join(', ')}`;
  const data = { delivery: number, attempt: attemptCount + 1, type, runs_on: runsOn };
  return entry(now, 'delivery.queued', `Waits for a runner${labels} that takes ${type}`, data);
}
