import type { Retry } from '@minoots/contract';
import { parseDuration } from './duration.ts';
import { ok, type Result } from './rejection.ts';

/** Waits between attempts in ms: a fixed list, or a geometric series. `gaps.length + 1` or `maxAttempts` attempts in all. */
export type RetryPolicy =
  | { type: 'standard' | 'quick' }
  | { type: 'geometric'; maxAttempts: number; initialMs: number; factor: number; maxMs: number };

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const GAPS_MS = {
  standard: [
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
  ],
  quick: [1 * SECOND, 5 * SECOND, 15 * SECOND, 30 * SECOND],
} as const;
const JITTER = 0.1;
/** Longest wait that a receiver's Retry-After can ask for. */
export const MAX_RETRY_AFTER_MS = 24 * HOUR;

/** Reads the `retry` field of a request. */
export function parseRetry(input: Retry | undefined): Result<RetryPolicy> {
  if (input === undefined || input === 'standard') return ok({ type: 'standard' });
  if (input === 'quick') return ok({ type: 'quick' });
  const initial = parseDuration(input.initial ?? 5 * SECOND, '/retry/initial', {
    minMs: 100,
    maxMs: 24 * HOUR,
  });
  if (!initial.ok) return initial;
  const max = parseDuration(input.max ?? 24 * HOUR, '/retry/max', { minMs: 100, maxMs: 7 * 24 * HOUR });
  if (!max.ok) return max;
  const { max_attempts: maxAttempts, factor = 2 } = input;
  return ok({ type: 'geometric', maxAttempts, initialMs: initial.value, factor, maxMs: max.value });
}

/** A schedule of so many attempts that outlasts a short failure: its waits begin with 30 s and 5 m. */
export function retryOf(maxAttempts: number): RetryPolicy {
  return { type: 'geometric', maxAttempts, initialMs: 30 * SECOND, factor: 10, maxMs: 24 * HOUR };
}

/** How many attempts a schedule has in all, the first included. */
export function attemptsOf(policy: RetryPolicy): number {
  return policy.type === 'geometric' ? policy.maxAttempts : GAPS_MS[policy.type].length + 1;
}

/**
 * The wait in ms after `attemptsMade` failed attempts of a round, or null when none is left.
 * @param jitter from -1 to 1; moves the wait by up to 10 %
 * @param retryAfterMs what the receiver asked for; lengthens the wait, up to a day
 */
export function nextGapMs(
  policy: RetryPolicy,
  attemptsMade: number,
  jitter: number,
  retryAfterMs: number | null,
): number | null {
  const gap = gapAfter(policy, attemptsMade);
  if (gap === null) return null;
  const jittered = Math.round(gap * (1 + JITTER * jitter));
  return Math.max(jittered, Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS));
}

function gapAfter(policy: RetryPolicy, attemptsMade: number): number | null {
  if (policy.type !== 'geometric') return GAPS_MS[policy.type][attemptsMade - 1] ?? null;
  if (attemptsMade >= policy.maxAttempts) return null;
  return Math.min(policy.initialMs * policy.factor ** (attemptsMade - 1), policy.maxMs);
}
