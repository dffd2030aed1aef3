import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_AGENT, MAX_BUDGETS } from '@minoots/contract';
import type { Budget, BudgetStore } from './budget-store.ts';

const AT = Date.UTC(2030, 0, 1);

/** What every BudgetStore keeps to. `reopen` gives a store over what the first one kept, with nothing in mind. */
export function budgetStoreContract(
  name: string,
  open: () => Promise<{ store: BudgetStore; reopen(): Promise<BudgetStore>; close(): Promise<void> }>,
): void {
  describe(`${name} as a BudgetStore`, () => {
    let harness: Awaited<ReturnType<typeof open>>;
    let store: BudgetStore;
    beforeEach(async () => {
      harness = await open();
      store = harness.store;
    });
    afterEach(() => harness.close());

    const budget = (agentId: string, fields: Partial<Budget> = {}): Budget => ({
      agentId,
      maxActive: 5,
      maxFiresPerHour: null,
      updatedAt: AT,
      ...fields,
    });

    it('has nothing of a team that has set nothing', async () => {
      expect(await store.list('team_a')).toEqual([]);
      expect(await store.get('team_a', 'bot')).toBeNull();
      expect(await store.inForce('team_a', 'bot')).toBeNull();
      expect(await store.delete('team_a', 'bot')).toBeNull();
    });

    it.each(['bot', '*', 'Teezeit ☕ 𝄞 / "x"', '__proto__'])('keeps the budget of %j', async (agentId) => {
      const given = budget(agentId, { maxActive: null, maxFiresPerHour: 7 });
      expect(await store.put('team_a', given)).toBe('stored');
      for (const each of [store, await harness.reopen()]) {
        expect(await each.get('team_a', agentId)).toEqual(given);
        expect(await each.list('team_a')).toEqual([given]);
        expect(await each.inForce('team_a', agentId)).toMatchObject(given);
        expect(await each.get('team_b', agentId)).toBeNull();
      }
    });

    it('puts a budget in the place of the one before', async () => {
      await store.put('team_a', budget('bot'));
      const second = budget('bot', { maxActive: 1, updatedAt: AT + 1 });
      await store.put('team_a', second);
      expect(await store.list('team_a')).toEqual([second]);
    });

    it('lists budgets by agent', async () => {
      for (const agentId of ['b', 'a', '*', 'c']) await store.put('team_a', budget(agentId));
      expect((await store.list('team_a')).map(({ agentId }) => agentId)).toEqual(['*', 'a', 'b', 'c']);
    });

    it('gives agents without a budget that of *', async () => {
      await store.put('team_a', budget(DEFAULT_AGENT, { maxActive: 9 }));
      await store.put('team_a', budget('bot'));
      expect(await store.inForce('team_a', 'bot')).toMatchObject({ agentId: 'bot', maxActive: 5 });
      expect(await store.inForce('team_a', 'other')).toMatchObject({ agentId: '*', maxActive: 9 });
      expect(await store.get('team_a', 'other')).toBeNull();
      expect(await store.delete('team_a', 'bot')).toEqual(budget('bot'));
      expect(await store.inForce('team_a', 'bot')).toMatchObject({ agentId: '*' });
    });

    it('knows without asking what it was asked before, and what it changed itself', async () => {
      await store.put('team_a', budget('bot'));
      const held = await store.inForce('team_a', 'bot');
      expect(store.peek('team_a', 'bot')).toEqual(held);
      expect(store.peek('team_a', 'other')).toBeNull();
      await store.put('team_a', budget('other'));
      expect(store.peek('team_a', 'other')).toMatchObject({ agentId: 'other' });
      await store.delete('team_a', 'other');
      expect(store.peek('team_a', 'other')).toBeNull();
    });

    it('never lets a later change have an earlier revision', async () => {
      const revisions: number[] = [];
      const note = async (change: Promise<unknown>) => {
        await change;
        revisions.push((await (await harness.reopen()).inForce('team_a', 'bot'))?.revision ?? -1);
      };
      await store.put('team_a', budget('bot'));
      await note(store.put('team_a', budget('bot', { maxActive: 1 })));
      await note(store.put('team_a', budget('other')));
      await note(store.delete('team_a', 'other'));
      expect(revisions).toEqual(revisions.toSorted((one, other) => one - other));
    });

    it('takes no more budgets than a team may have, and changes those that it has', async () => {
      for (let n = 0; n < MAX_BUDGETS; n += 10) {
        await Promise.all(Array.from({ length: 10 }, (_, m) => store.put('team_a', budget(`bot${n + m}`))));
      }
      expect(await store.put('team_a', budget('one more'))).toBe('too-many');
      expect(await store.put('team_a', budget('bot7', { maxActive: 1 }))).toBe('stored');
      expect(await store.put('team_b', budget('one more'))).toBe('stored');
      await store.delete('team_a', 'bot8');
      expect(await store.put('team_a', budget('one more'))).toBe('stored');
    });
  });
}
