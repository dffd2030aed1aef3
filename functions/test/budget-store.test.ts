import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_BUDGETS } from '@minoots/contract';
import { budgetStoreContract } from '@minoots/core/testing';
import { FirestoreBudgetStore } from '../src/stores/firestore-budget-store.ts';
import { type MeteredFirestore, openFirestore, openMeteredFirestore } from './support/firestore.ts';

budgetStoreContract('FirestoreBudgetStore', async () => {
  const { firestore, close } = await openFirestore();
  const open = () => new FirestoreBudgetStore(firestore);
  return { store: open(), reopen: async () => open(), close };
});

describe('FirestoreBudgetStore', () => {
  let database: MeteredFirestore;
  beforeEach(async () => {
    database = await openMeteredFirestore();
  });
  afterEach(() => database.close());

  const open = (cacheMs?: number) => new FirestoreBudgetStore(database.firestore, cacheMs);
  const budget = (agentId: string) => ({ agentId, maxActive: 5, maxFiresPerHour: null, updatedAt: 1 });

  it('reads a team once for all that asks at the same moment, and for a while after that', async () => {
    const store = open();
    const before = database.meter.snapshot();
    const agents = Array.from({ length: 20 }, (_, n) => `bot${n}`);
    await Promise.all(agents.map((agentId) => store.inForce('team_a', agentId)));
    await store.inForce('team_a', 'another');
    expect(database.meter.since(before)).toMatchObject({ reads: 1, writes: 0 });
  });

  it('learns of what others changed once it has forgotten', async () => {
    const [store, forgetful] = [open(), open(0)];
    await Promise.all([store, forgetful].map((each) => each.inForce('team_a', 'bot')));
    await open().put('team_a', budget('bot'));
    expect(store.peek('team_a', 'bot')).toBeNull();
    expect(forgetful.peek('team_a', 'bot')).toBeUndefined();
    expect(await forgetful.inForce('team_a', 'bot')).toMatchObject({ maxActive: 5, revision: 1 });
  });

  it('fits a document when a team has as many budgets as it can have, of the longest names', async () => {
    const store = open();
    const longest = (n: number) => `${'漢'.repeat(196)}${n}`;
    const all = Array.from({ length: MAX_BUDGETS }, (_, n) => budget(longest(n)));
    await database.firestore
      .doc('budgets/team_a')
      .set({ teamId: 'team_a', revision: 1, budgets: JSON.stringify(all.slice(1)) });
    expect(await store.put('team_a', budget(longest(0)))).toBe('stored');
    expect(await store.list('team_a')).toHaveLength(MAX_BUDGETS);
  });
});
