import { isForRunner } from '../action.ts';
import type { Delivery, Lease, Timer, TimerIn } from './state.ts';

/** How long a job waits for a runner unless its action says so, in ms. */
export const CLAIM_WITHIN_MS = 86_400_000;
/**
 * How late the end of such a wait may be found, in ms: later, and the service was off. It is also how long the job waits
 * for a runner to be back then, at most.
 */
export const CATCH_UP_MS = 300_000;

type Waiting = Pick<Delivery, 'action' | 'queuedAt' | 'graceUntil'>;

/** When something is due next that nobody has taken on yet, in epoch ms; null when nothing is. This is what gets armed. */
export function dueAt(timer: Timer): number | null {
  const deliveries = timer.deliveries.flatMap(({ nextAttemptAt, ...rest }) => [
    nextAttemptAt,
    timelyEndOf(rest),
  ]);
  if (timer.status !== 'running') return earliest(deliveries);
  return earliest([looksAt(timer), nextShare(timer)?.at ?? null, ...deliveries]);
}

/**
 * Until when a job waits for a runner, epoch ms; null when it does not. Where its action says how long, the end is armed.
 * Else recovery finds it: nobody counts the minutes of a day, and most jobs are taken, so an alarm each would cost more
 * than it is worth.
 */
export function waitEndsAt({ action, queuedAt, graceUntil }: Waiting): number | null {
  if (queuedAt === undefined || !isForRunner(action)) return null;
  return graceUntil ?? queuedAt + (action.claimWithinMs ?? CLAIM_WITHIN_MS);
}

function timelyEndOf(delivery: Waiting): number | null {
  return isForRunner(delivery.action) && delivery.action.claimWithinMs !== undefined
    ? waitEndsAt(delivery)
    : null;
}

/**
 * When something is due or an attempt that the service makes counts as lost, whichever comes first, in epoch ms. Runners
 * renew their leases all the time, and whoever asks for jobs finds those that have ended.
 */
export function dueOrLostAt(timer: Timer): number | null {
  const own = timer.deliveries.filter(({ lease }) => lease?.runnerId === undefined);
  return earliest([dueAt(timer), ...own.map(({ lease }) => lease?.until ?? null)]);
}

/**
 * From when on a job of the timer may be taken, in epoch ms: since when the first waits for a runner, or when the first
 * lease of a runner ends. Null when there is none.
 */
export function jobAt({ deliveries }: Pick<Timer, 'deliveries'>): number | null {
  return earliest(deliveries.map(({ queuedAt, lease }) => queuedAt ?? leaseOfRunnerEnds(lease)));
}

function leaseOfRunnerEnds(lease: Lease | null): number | null {
  return lease?.runnerId === undefined ? null : lease.until;
}

/**
 * When the timer has to be looked at next, in epoch ms; null when nobody but a runner can get it on. Beside what is due
 * this counts what is under way: attempts until the end of their leases, jobs until that of their wait, what others have
 * to be told, parents to look at. That is not armed, because whoever does it holds the alarm or the request that led to it until it is done. It is for recovery alone.
 */
export function alarmAt(timer: Timer): number | null {
  return earliest([
    dueAt(timer),
    ...timer.deliveries.map((delivery) => delivery.lease?.until ?? waitEndsAt(delivery)),
    ...timer.outbox.map(({ since }) => since),
    timer.status === 'waiting' ? (timer.dependencies?.uncheckedSince ?? null) : null,
  ]);
}

/** Whether nothing is left to do, for the service or for runners. */
export function isIdle(timer: Timer): boolean {
  return alarmAt(timer) === null && jobAt(timer) === null;
}

/** Whether the time is up, so that an alarm decides whether the timer fires. */
export function isTimeUp(timer: Timer, now: number): boolean {
  return timer.status === 'running' && now >= looksAt(timer);
}

/** When it is decided whether the timer fires. */
function looksAt({ fireAt, recheckAt, throttledUntil }: TimerIn<'running'>): number {
  return Math.max(recheckAt ?? fireAt, throttledUntil ?? Number.NEGATIVE_INFINITY);
}

/** The timer with its fire put off no more. */
export function unthrottled(timer: TimerIn<'running'>): TimerIn<'running'> {
  const { throttledUntil: _, ...rest } = timer;
  return rest;
}

/** The next share of the span that actions wait for, and when it is reached, in epoch ms. */
export function nextShare(timer: TimerIn<'running'>): { share: number; at: number } | null {
  const share = timer.events.progress?.shares[timer.progressTold];
  return share === undefined ? null : { share, at: shareAt(timer, share) };
}

/** When a share of the span is reached, in epoch ms. */
export function shareAt({ fireAt, totalMs }: TimerIn<'running'>, share: number): number {
  return Math.ceil(fireAt - totalMs * (1 - share));
}

function earliest(instants: readonly (number | null)[]): number | null {
  return instants.reduce((first, at) => (at === null || (first !== null && first <= at) ? first : at), null);
}

/** Milliseconds until the timer fires, never negative; 0 once it fired or ended. */
export function timeRemainingMs(timer: Timer, now: number): number {
  switch (timer.status) {
    case 'waiting':
      return timer.clock.type === 'span' ? timer.clock.ms : Math.max(0, timer.clock.at - now);
    case 'running':
      return Math.max(0, timer.fireAt - now);
    case 'paused':
      return timer.remainingMs;
    default:
      return 0;
  }
}

/** Share of the timer's whole span that has passed, 0 to 1. */
export function progress(timer: Timer, now: number): number {
  switch (timer.status) {
    case 'waiting':
    case 'cancelled':
      return 0;
    case 'running':
    case 'paused':
      if (timer.totalMs <= 0) return timeRemainingMs(timer, now) === 0 ? 1 : 0;
      return Math.min(1, Math.max(0, 1 - timeRemainingMs(timer, now) / timer.totalMs));
    default:
      return 1;
  }
}

/** Whether the timer has yet to come to its end, by firing or otherwise. */
export function isPending({ status }: Timer): boolean {
  return status === 'waiting' || status === 'running' || status === 'paused';
}

/** Whether only a redelivery can change the timer's status. */
export function isTerminal(timer: Timer): boolean {
  return (
    timer.status === 'expired' ||
    timer.status === 'failed' ||
    timer.status === 'skipped' ||
    timer.status === 'cancelled'
  );
}
