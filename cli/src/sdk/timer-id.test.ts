import { describe, expect, it } from '@jest/globals';
import { TimerId } from '@minoots/contract';
import { newTimerId } from './timer-id.ts';

describe('newTimerId', () => {
  it('makes ids of the contract, each one new', () => {
    const ids = Array.from({ length: 1_000 }, newTimerId);
    for (const id of ids) {
      expect(id).toMatch(/^tmr_[0-9A-Za-z]{22}$/);
      expect(TimerId.safeParse(id).success).toBe(true);
    }
    expect(new Set(ids).size).toBe(ids.length);
  });
});
