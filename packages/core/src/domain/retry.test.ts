import { describe, expect, it } from '@jest/globals';
import { MAX_RETRY_AFTER_MS, nextGapMs, parseRetry, type RetryPolicy } from './retry.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** All waits of a policy without jitter. */
function gaps(policy: RetryPolicy): number[] {
  const found: number[] = [];
  for (let made = 1; made <= 100; made++) {
    const gap = nextGapMs(policy, made, 0, null);
    if (gap === null) return found;
    found.push(gap);
  }
  throw new Error('the policy does not end');
}

describe('parseRetry', () => {
  it.each([
    [undefined, { type: 'standard' }],
    ['standard', { type: 'standard' }],
    ['quick', { type: 'quick' }],
    [
      { max_attempts: 1 },
      { type: 'geometric', maxAttempts: 1, initialMs: 5_000, factor: 2, maxMs: 24 * HOUR },
    ],
    [
      { max_attempts: 5, initial: '1s', factor: 3, max: '1m' },
      { type: 'geometric', maxAttempts: 5, initialMs: 1_000, factor: 3, maxMs: MINUTE },
    ],
  ] as const)('reads %j', (input, policy) => {
    expect(parseRetry(input)).toEqual({ ok: true, value: policy });
  });

  it.each([
    [{ max_attempts: 3, initial: '10ms' }, '/retry/initial'],
    [{ max_attempts: 3, initial: '2d' }, '/retry/initial'],
    [{ max_attempts: 3, max: '8d' }, '/retry/max'],
    [{ max_attempts: 3, max: 'often' }, '/retry/max'],
  ])('refuses %j', (input, pointer) => {
    expect(parseRetry(input)).toMatchObject({ ok: false, code: 'invalid_request', pointer });
  });
});

describe('nextGapMs', () => {
  it('follows the standard schedule over three days', () => {
    expect(gaps({ type: 'standard' })).toEqual([
      5 * SECOND,
      5 * MINUTE,
      30 * MINUTE,
      2 * HOUR,
      5 * HOUR,
      10 * HOUR,
      14 * HOUR,
      20 * HOUR,
      24 * HOUR,
    ]);
  });

  it('follows the quick schedule', () => {
    expect(gaps({ type: 'quick' })).toEqual([1 * SECOND, 5 * SECOND, 15 * SECOND, 30 * SECOND]);
  });

  it('grows a geometric schedule up to its ceiling', () => {
    const policy = { type: 'geometric', maxAttempts: 6, initialMs: 1_000, factor: 2, maxMs: 5_000 } as const;
    expect(gaps(policy)).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  it('makes one attempt only where that is asked for', () => {
    expect(gaps({ type: 'geometric', maxAttempts: 1, initialMs: 1_000, factor: 2, maxMs: 5_000 })).toEqual(
      [],
    );
  });

  it('stays finite however steep the schedule is', () => {
    const policy = {
      type: 'geometric',
      maxAttempts: 30,
      initialMs: 86_400_000,
      factor: 10,
      maxMs: 604_800_000,
    } as const;
    expect(Math.max(...gaps(policy))).toBe(604_800_000);
  });

  it.each([
    [-1, 4_500],
    [-0.5, 4_750],
    [0, 5_000],
    [1, 5_500],
  ])('moves the wait by a tenth at most: jitter %d', (jitter, gapMs) => {
    expect(nextGapMs({ type: 'standard' }, 1, jitter, null)).toBe(gapMs);
  });

  it.each([
    [0, 5_000],
    [4_000, 5_000],
    [60_000, 60_000],
    [MAX_RETRY_AFTER_MS + 1, MAX_RETRY_AFTER_MS],
    [Number.MAX_SAFE_INTEGER, MAX_RETRY_AFTER_MS],
  ])('waits as long as the receiver asks, a day at most: %d', (retryAfterMs, gapMs) => {
    expect(nextGapMs({ type: 'standard' }, 1, 0, retryAfterMs)).toBe(gapMs);
  });

  it('gives up at the end of the schedule whatever the receiver asks', () => {
    expect(nextGapMs({ type: 'quick' }, 5, 0, 60_000)).toBeNull();
  });
});
