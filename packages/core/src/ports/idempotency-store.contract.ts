import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { IDEMPOTENCY_CLAIM_MS, IDEMPOTENCY_TTL_MS, type IdempotencyStore } from './idempotency-store.ts';

/** What every IdempotencyStore keeps to. */
export function idempotencyStoreContract(
  name: string,
  open: () => Promise<{ store: IdempotencyStore; close(): Promise<void> }>,
): void {
  describe(`${name} as an IdempotencyStore`, () => {
    let store: IdempotencyStore;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ store, close } = await open());
    });
    afterEach(() => close());

    const claim = { teamId: 'team_a', key: 'k', fingerprint: 'f', now: 1_000 };
    const answer = { status: 201, headers: { etag: '"1"' }, body: '{"ok":true}' };

    it('gives the key to exactly one of parallel claims', async () => {
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => store.claim(claim)));
      expect(outcomes.filter(({ type }) => type === 'claimed')).toHaveLength(1);
      expect(outcomes.filter(({ type }) => type === 'in-flight')).toHaveLength(19);
    });

    it('gives the first answer again until its time is over (complaint 15)', async () => {
      await store.claim(claim);
      await store.answer(claim, answer);
      const lastMoment = { ...claim, now: claim.now + IDEMPOTENCY_TTL_MS - 1 };
      expect(await store.claim(lastMoment)).toEqual({ type: 'answered', answer });
      expect(await store.claim({ ...claim, now: claim.now + IDEMPOTENCY_TTL_MS })).toEqual({
        type: 'claimed',
      });
    });

    it('tells another request under the same key, before and after the answer', async () => {
      await store.claim(claim);
      expect(await store.claim({ ...claim, fingerprint: 'g' })).toEqual({ type: 'mismatch' });
      await store.answer(claim, answer);
      expect(await store.claim({ ...claim, fingerprint: 'g' })).toEqual({ type: 'mismatch' });
    });

    it('gives a key up when told to', async () => {
      await store.claim(claim);
      await store.release(claim);
      expect(await store.claim(claim)).toEqual({ type: 'claimed' });
    });

    it('does not give up a key that has an answer', async () => {
      await store.claim(claim);
      await store.answer(claim, answer);
      await store.release(claim);
      expect(await store.claim(claim)).toEqual({ type: 'answered', answer });
    });

    it('lets a claim be taken over whose process was not heard of again', async () => {
      await store.claim(claim);
      expect(await store.claim({ ...claim, now: claim.now + IDEMPOTENCY_CLAIM_MS - 1 })).toEqual({
        type: 'in-flight',
      });
      expect(await store.claim({ ...claim, now: claim.now + IDEMPOTENCY_CLAIM_MS })).toEqual({
        type: 'claimed',
      });
    });

    it('keeps the keys of teams apart', async () => {
      await store.claim(claim);
      expect(await store.claim({ ...claim, teamId: 'team_b', fingerprint: 'g' })).toEqual({
        type: 'claimed',
      });
    });

    it('purges what has outlived its time and nothing else', async () => {
      await store.claim(claim);
      const young = { ...claim, key: 'young', now: claim.now + 10 };
      await store.claim(young);
      await store.answer(young, answer);
      await store.purge(claim.now + IDEMPOTENCY_TTL_MS);
      expect(await store.claim(young)).toEqual({ type: 'answered', answer });
    });
  });
}
