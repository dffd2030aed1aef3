import { BoardError, type JobBoard } from './board/job-board.ts';
import type { Persist } from './board/persistent-board.ts';
import type { RunnerEvent } from './runner-event.ts';
import type { Journal, JournalEntry } from './state/journal.ts';

interface SettlingDeps {
  readonly board: JobBoard;
  readonly journal: Journal;
  readonly persist: Persist;
  report(event: RunnerEvent): void;
}

const REASON = 'the runner was killed';

/**
 * Reports what an earlier process of this runner had finished and not reported, and gives back what it had under way.
 * Attempts that are somebody else's by now are let go.
 * @throws BoardError `unauthorized`, or when the signal is aborted
 */
export async function settleJournal(deps: SettlingDeps, signal: AbortSignal): Promise<void> {
  for (const entry of await deps.journal.read()) {
    await settle(deps, entry, signal);
    await deps.journal.forget(entry.attempt);
  }
}

async function settle(
  { board, persist, report }: SettlingDeps,
  { attempt, outcome }: JournalEntry,
  signal: AbortSignal,
): Promise<void> {
  try {
    if (outcome === null) await persist(() => board.release(attempt, REASON, signal), signal);
    else await persist(() => board.complete(attempt, outcome, signal), signal);
    report({ type: 'job.settled', attempt, how: outcome === null ? 'released' : 'reported' });
  } catch (error) {
    const { fault, message } = BoardError.of(error);
    if (signal.aborted || fault === 'unauthorized') throw error;
    if (fault === 'lost') report({ type: 'job.settled', attempt, how: 'lost' });
    else report({ type: 'job.unreportable', attempt, detail: message });
  }
}
