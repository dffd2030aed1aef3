import { isForRunner, type RunnerAction } from '../../action.ts';
import { toSpanText } from '../../duration.ts';
import type { Change } from '../commands.ts';
import { entry } from '../log.ts';
import type { Attempt, Delivery, NewLogEntry } from '../state.ts';
import { CLAIM_WITHIN_MS, waitEndsAt } from '../time.ts';

/** Ends the jobs that no runner has taken in time. That is the last attempt at each: another wait would be as long in vain. */
export function giveUpUntaken(change: Change, now: number): Change {
  const entries = [...change.entries];
  const deliveries = change.timer.deliveries.map((delivery): Delivery => {
    const endsAt = waitEndsAt(delivery);
    if (endsAt === null || endsAt > now || !isForRunner(delivery.action)) return delivery;
    const { queuedAt = now, ...rest } = delivery;
    const number = delivery.attemptCount + 1;
    const error = `no runner${asked(delivery.action)} took it within ${spanOf(delivery.action)}`;
    const data = { delivery: delivery.number, attempt: number, runs_on: delivery.action.runsOn };
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
  });
  if (entries.length === change.entries.length) return change;
  return { ...change, timer: { ...change.timer, deliveries }, entries };
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

function queuedEntry({ number, attemptCount }: Delivery, action: RunnerAction, now: number): NewLogEntry {
  const { type, runsOn } = action;
  const data = { delivery: number, attempt: attemptCount + 1, type, runs_on: runsOn };
  return entry(now, 'delivery.queued', `Waits up to ${spanOf(action)} for a runner${asked(action)}`, data);
}

/** What a job asks of a runner, for people. */
function asked({ type, runsOn }: RunnerAction): string {
  const labels = runsOn.length === 0 ? '' : ` with ${runsOn.join(', ')}`;
  return `${labels} that takes ${type}`;
}

function spanOf({ claimWithinMs = CLAIM_WITHIN_MS }: RunnerAction): string {
  return toSpanText(claimWithinMs);
}
