import type { Job, RegisterRunnerRequest } from '@minoots/contract';
import { codeOf, messageOf } from '../failure.ts';

/** One attempt at one job. */
export interface Attempt {
  readonly id: string;
  readonly attempt: number;
}

/** How an attempt went. */
export interface JobOutcome {
  /** `refused`: this runner may not do it, now or ever. */
  readonly outcome: 'succeeded' | 'failed' | 'refused';
  readonly durationMs: number;
  /** Of a command that ended by itself. */
  readonly exitCode: number | null;
  /** What went wrong; null of a success. */
  readonly error: string | null;
  /** At most `MAX_OUTPUT_TAIL_BYTES` bytes of UTF-8. */
  readonly outputTail: string;
}

/**
 * Where one runner takes its jobs from and tells of them. Every method rejects with a BoardError, and when the signal is
 * aborted.
 */
export interface JobBoard {
  /** Says that the runner is there. */
  register(runner: RegisterRunnerRequest, signal: AbortSignal): Promise<void>;
  /** Takes up to `limit` jobs (1 to 20), waiting up to `waitMs` (0 to `MAX_LEASE_WAIT_MS`) for the first. */
  lease(limit: number, waitMs: number, signal: AbortSignal): Promise<readonly Job[]>;
  /** Holds a job for another `JOB_LEASE_MS`. @param outputTail undefined: as before */
  heartbeat(attempt: Attempt, outputTail: string | undefined, signal: AbortSignal): Promise<void>;
  /** Reports an attempt; a repeat changes nothing. */
  complete(attempt: Attempt, outcome: JobOutcome, signal: AbortSignal): Promise<void>;
  /** Gives a job back. @param reason 1 to 200 characters */
  release(attempt: Attempt, reason: string, signal: AbortSignal): Promise<void>;
}

/**
 * `unavailable`: try again later. `lost`: the job is somebody else's, or nobody's, by now. `unknown_runner`: register
 * first. `unauthorized`: the key does not do. `refused`: the request can never succeed.
 */
export type BoardFault = 'unavailable' | 'lost' | 'unknown_runner' | 'unauthorized' | 'refused';

export class BoardError extends Error {
  override readonly name = 'BoardError';
  readonly fault: BoardFault;
  /** The code of the API's answer; null when there was none. */
  readonly code: string | null;
  /** How long the board asked to wait, in ms. */
  readonly retryAfterMs: number | null;

  constructor(
    fault: BoardFault,
    message: string,
    { code = null, retryAfterMs = null }: { code?: string | null; retryAfterMs?: number | null } = {},
  ) {
    super(message);
    this.fault = fault;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  /** What went wrong with a board: anything but a BoardError is a failure to reach it. */
  static of(error: unknown): BoardError {
    if (error instanceof BoardError) return error;
    return new BoardError('unavailable', describe(error));
  }
}

/** What `fetch` throws says only that it failed; its cause has the code, such as ECONNREFUSED. */
function describe(failure: unknown): string {
  const message = messageOf(failure);
  return message === 'fetch failed' ? `the server cannot be reached: ${codeOf(failure) ?? message}` : message;
}
