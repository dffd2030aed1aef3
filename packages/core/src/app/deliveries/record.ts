import type { AttemptOutcome } from '../../domain/timer/commands.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { StorageUnavailable, type TimerKey } from '../../ports/timer-store.ts';
import { applyCommand } from '../apply-command.ts';
import type { Deps } from '../deps.ts';

/** Waits between tries, in ms: the first, and the longest. Each is twice as long as the one before. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** Left of the lease for the last try, in ms: longer than a store takes to give up. */
const LAST_TRY_MS = 11_000;

/**
 * Records how an attempt went. While the store does not answer it is tried again until shortly before the end of the
 * attempt's lease: an outcome that is not recorded means that the action is carried out once more.
 * @param leaseEndsAt by `deps.realTime`
 * @throws StorageUnavailable when that was in vain, or when what follows from the change may not have been done; the alarm
 * that led here comes again then
 */
export async function recordOutcome(
  deps: Deps,
  key: TimerKey,
  outcome: AttemptOutcome,
  leaseEndsAt: number,
): Promise<Timer> {
  const { realTime } = deps;
  for (let waitMs = FIRST_WAIT_MS, lost: unknown = null; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      return await applyCommand(
        deps,
        key,
        { type: 'record-outcome', ...outcome },
        // An earlier try was carried out although its answer got lost: what follows from it was not done.
        { check: (timer) => refuseIfRecorded(timer, outcome, lost) },
      );
    } catch (error) {
      if (!(error instanceof StorageUnavailable) || error === lost) throw error;
      if (realTime.now() + waitMs + LAST_TRY_MS > leaseEndsAt) throw error;
      lost = error;
    }
    await realTime.wait(waitMs);
  }
}

function refuseIfRecorded(timer: Timer, { deliveryNumber, attempt }: AttemptOutcome, lost: unknown): void {
  if (lost === null) return;
  const delivery = timer.deliveries.find(({ number }) => number === deliveryNumber);
  if (delivery?.lease?.attempt !== attempt.number) throw lost;
}
