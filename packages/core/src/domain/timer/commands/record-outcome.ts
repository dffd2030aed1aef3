import { ok, type Result } from '../../rejection.ts';
import { nextGapMs } from '../../retry.ts';
import type { AttemptOutcome, Change } from '../commands.ts';
import { entry } from '../log.ts';
import { afterPostponement } from '../postponement.ts';
import type { Delivery, NewLogEntry, Timer } from '../state.ts';
import { withDrift } from './drift.ts';
import { settleIfDone } from './settle.ts';

/** Takes in how an attempt went. An outcome of an attempt that is not under way any more changes nothing. */
export function recordOutcome(timer: Timer, outcome: AttemptOutcome, now: number): Result<Change> {
  const delivery = timer.deliveries.find(({ number }) => number === outcome.deliveryNumber);
  if (delivery?.lease?.attempt !== outcome.attempt.number) return ok({ timer, entries: [] });
  const attempts = [...delivery.attempts, outcome.attempt];
  const ended = { ...afterPostponement(delivery, outcome.attempt.at), attempts, lease: null };
  const { next, log } = decide(ended, timer, outcome, now);
  const deliveries = timer.deliveries.map((other) => (other === delivery ? next : other));
  const isJob = outcome.attempt.runnerId !== undefined;
  const drifted = isJob ? timer : withDrift(timer, delivery, outcome.attempt.at);
  const recorded = { ...drifted, deliveries };
  return ok(settleIfDone({ timer: recorded, entries: [log] }, now));
}

function decide(
  delivery: Delivery,
  timer: Timer,
  outcome: AttemptOutcome,
  now: number,
): { next: Delivery; log: NewLogEntry } {
  const { attempt } = outcome;
  const data = {
    delivery: delivery.number,
    attempt: attempt.number,
    response_status: attempt.responseStatus,
    ...(attempt.runnerId === undefined ? {} : { runner_id: attempt.runnerId }),
    ...(attempt.exitCode === undefined ? {} : { exit_code: attempt.exitCode }),
  };
  if (attempt.outcome === 'succeeded') {
    const log = entry(now, 'delivery.succeeded', `Delivered at attempt ${attempt.number}`, data);
    return { next: { ...delivery, status: 'succeeded' }, log };
  }
  const attemptsInRound = delivery.attemptCount - delivery.roundStart;
  const isFinal = attempt.outcome === 'gone' || attempt.outcome === 'refused';
  const gapMs = isFinal
    ? null
    : nextGapMs(timer.retry, attemptsInRound, outcome.jitter, outcome.retryAfterMs);
  const why = attempt.error ?? `answered ${attempt.responseStatus}`;
  if (gapMs === null) {
    const log = entry(now, 'delivery.exhausted', `Attempt ${attempt.number} was the last: ${why}`, data);
    return { next: { ...delivery, status: 'exhausted' }, log };
  }
  const log = entry(now, 'delivery.retrying', `Attempt ${attempt.number}: ${why}; next in ${gapMs} ms`, {
    ...data,
    next_in_ms: gapMs,
  });
  return { next: { ...delivery, status: 'pending', nextAttemptAt: now + gapMs }, log };
}
