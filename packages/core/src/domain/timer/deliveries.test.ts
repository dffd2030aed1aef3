import { describe, expect, it } from '@jest/globals';
import { withinBounds } from './deliveries.ts';
import { type Delivery, MAX_DELIVERIES } from './state.ts';
import { attemptOf, BIRTH, message } from './test-timer.ts';

function delivery(number: number, fields: Partial<Delivery> = {}): Delivery {
  return {
    number,
    trigger: 'failure',
    share: null,
    action: message,
    status: 'succeeded',
    attemptCount: 40,
    roundStart: 0,
    attempts: Array.from({ length: 40 }, (_, n) => attemptOf(n + 1, 'failed', BIRTH + n)),
    nextAttemptAt: null,
    lease: null,
    ...fields,
  };
}

const many = (length: number, fields: Partial<Delivery> = {}) =>
  Array.from({ length }, (_, n) => delivery(n + 1, fields));

describe('withinBounds', () => {
  it.each(['failure', 'progress'] as const)('lets the oldest go of those of %s that are over', (trigger) => {
    const kept = withinBounds(many(MAX_DELIVERIES + 5, { trigger }));
    expect(kept.map(({ number }) => number)).toEqual(many(MAX_DELIVERIES).map(({ number }) => number + 5));
  });

  it.each<[string, Partial<Delivery>]>([
    ['is under way', { status: 'delivering' }],
    ['is to be tried again', { status: 'pending' }],
    ['belongs to the expiry', { trigger: 'expire' }],
  ])('lets none go that %s, however many there are', (_, fields) => {
    expect(withinBounds(many(MAX_DELIVERIES + 5, fields))).toHaveLength(MAX_DELIVERIES + 5);
  });

  it.each([
    [1, 30],
    [10, 30],
    [11, 27],
    [100, 3],
    [400, 1],
  ])('keeps the latest attempts: of %d deliveries %d each', (length, most) => {
    const kept = withinBounds(many(length, { trigger: 'expire' }));
    const numbers = Array.from({ length: most }, (_, n) => 40 - most + n + 1);
    for (const { attempts } of kept) expect(attempts.map(({ number }) => number)).toEqual(numbers);
  });
});
