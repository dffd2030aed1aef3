import { isForRunner, type RunnerAction } from '../../action.ts';
import { toSpanText } from '../../duration.ts';
import type { Change } from '../commands.ts';
import { entry } from '../log.ts';
import type { Attempt, Delivery, NewLogEntry } from '../state.ts';
import { CATCH_UP_MS, CLAIM_WITHIN_MS, waitEndsAt } from '../time.ts';

/**
 * Ends the jobs that no runner has taken in time. That is the last attempt at each: another wait would be as long in vain.
 * One whose end has passed without a look, since the service was off, gets a while more, once: its runners were not
 * answered either.
 */
export function giveUpUntaken(change: Change, now: number): Change {
  const entries = [...change.entries];
  const deliveries = change.timer.deliveries.map((delivery): Delivery => {
    const { action } = delivery;
    const endsAt = waitEndsAt(delivery);
    if (endsAt === null || endsAt > now || !isForRunner(action)) return delivery;
    if (delivery.graceUntil === undefined && now - endsAt > CATCH_UP_MS) {
      const graceMs = Math.min(CATCH_UP_MS, action.claimWithinMs ?? CLAIM_WITHIN_MS);
      const more = `Waits up to ${toSpanText(graceMs)} more for a runner${asked(action)}: its time ended while nobody looked`;
      entries.push(queuedEntry(delivery, action, more, now));
      return { ...delivery, graceUntil: now + graceMs };
    }
    return giveUp(delivery, action, entries, now);
  });
  if (entries.length === change.entries.length) return change;
  return { ...change, timer: { ...change.timer, deliveries }, entries };
}

function giveUp(delivery: Delivery, action: RunnerAction, entries: NewLogEntry[], now: number): Delivery {
  const { queuedAt = now, graceUntil: _, ...rest } = delivery;
  const number = delivery.attemptCount + 1;
  const error = `no runner${asked(action)} took it within ${spanOf(action)}`;
  const data = { delivery: delivery.number, attempt: number, runs_on: action.runsOn };
  entries.push(entry(now, 'delivery.exhausted', `Given up: ${error}`, data));
  const missed: Attempt = {
    number,
    at: queuedAt,
    durationMs: now - queuedAt,
    outcome: 'failed',
    responseStatus: null,
    responseBody: null,
    error,
  };
  return { ...rest, status: 'exhausted', attemptCount: number, attempts: [...rest.attempts, missed] };
}

/** Puts the jobs whose attempt is due among those that wait for a runner. */
export function queueDue(change: Change, now: number): Change {
  const entries = [...change.entries];
  const deliveries = change.timer.deliveries.map((delivery): Delivery => {
    const { action, nextAttemptAt } = delivery;
    if (!isForRunner(action) || nextAttemptAt === null || nextAttemptAt > now) return delivery;
    const message = `Waits up to ${spanOf(action)} for a runner${asked(action)}`;
    entries.push(queuedEntry(delivery, action, message, now));
    return { ...delivery, status: 'queued', nextAttemptAt: null, queuedAt: now };
  });
  if (entries.length === change.entries.length) return change;
  return { ...change, timer: { ...change.timer, deliveries }, entries };
}

function queuedEntry(
  { number, attemptCount }: Delivery,
  action: RunnerAction,
  message: string,
  now: number,
): NewLogEntry {
  const { type, runsOn } = action;
  const data = { delivery: number, attempt: attemptCount + 1, type, runs_on: runsOn };
  return entry(now, 'delivery.queued', message, data);
}

/** What a job asks of a runner, for people. */
function asked({ type, runsOn }: RunnerAction): string {
  const labels = runsOn.length === 0 ? '' : ` with ${runsOn.join(', ')}`;
  return `${labels} that takes ${type}`;
}

function spanOf({ claimWithinMs = CLAIM_WITHIN_MS }: RunnerAction): string {
  return toSpanText(claimWithinMs);
}
