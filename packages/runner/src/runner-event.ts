import type { Job, JobType } from '@minoots/contract';
import type { Attempt, JobOutcome } from './board/job-board.ts';

/** What a runner tells of its work. */
export type RunnerEvent =
  | { type: 'runner.ready'; accepts: readonly JobType[] }
  | { type: 'runner.stopping'; underWay: number }
  | { type: 'job.started'; job: Job }
  | { type: 'job.ended'; job: Job; outcome: JobOutcome }
  /** The board has taken it away; it was ended here, too. */
  | { type: 'job.lost'; job: Job }
  | { type: 'job.released'; job: Job }
  /** What an earlier process left behind is settled. */
  | { type: 'job.settled'; attempt: Attempt; how: 'reported' | 'released' | 'lost' }
  /** The board would not hear of it, and never will. */
  | { type: 'job.unreportable'; attempt: Attempt; detail: string }
  /** The state folder cannot be written; work goes on without. */
  | { type: 'journal.failed'; detail: string }
  | { type: 'board.unavailable'; detail: string; retryInMs: number }
  | { type: 'board.back' };
