import { setTimeout as delay } from 'node:timers/promises';
import { gapMs, type Pace } from '../pace.ts';
import type { RunnerEvent } from '../runner-event.ts';
import { BoardError } from './job-board.ts';

/** Asks a board again and again. */
export type Persist = <T>(ask: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/**
 * Repeats what finds the board unavailable until it gets through, and tells when the board goes and comes back.
 * What it gives rejects with a BoardError of any other fault, and when the signal is aborted.
 */
export function persistence(pace: Pace, report: (event: RunnerEvent) => void): Persist {
  let isAway = false;
  return async (ask, signal) => {
    for (let failures = 1; ; failures++) {
      signal.throwIfAborted();
      try {
        const answer = await ask();
        if (isAway) report({ type: 'board.back' });
        isAway = false;
        return answer;
      } catch (error) {
        signal.throwIfAborted();
        const { fault, message, retryAfterMs } = BoardError.of(error);
        if (fault !== 'unavailable') throw error;
        const retryInMs = gapMs(pace, failures, retryAfterMs);
        if (!isAway) report({ type: 'board.unavailable', detail: message, retryInMs });
        isAway = true;
        await delay(retryInMs, undefined, { signal });
      }
    }
  };
}
