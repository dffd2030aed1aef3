import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_RUNNERS, type Registration, type RunnerStore } from './runner-store.ts';

/** A store under test, empty at first. */
export interface RunnerStoreHarness {
  store: RunnerStore;
  close(): Promise<void>;
}

const AT = Date.UTC(2030, 0, 1);

function registration(fields: Partial<Registration> = {}): Registration {
  return {
    id: 'run_1',
    name: 'builder ☕',
    labels: ['gpu', 'linux'],
    accepts: ['command', 'file_write'],
    at: AT,
    staleBefore: 0,
    ...fields,
  };
}

/** What every RunnerStore keeps to. */
export function runnerStoreContract(name: string, open: () => Promise<RunnerStoreHarness>): void {
  describe(`${name} as a RunnerStore`, () => {
    let harness: RunnerStoreHarness;
    let store: RunnerStore;
    beforeEach(async () => {
      harness = await open();
      store = harness.store;
    });
    afterEach(() => harness.close());

    const ids = async (teamId = 'team_a') => (await store.list(teamId)).map(({ id }) => id);

    it('keeps a runner as it was registered', async () => {
      const { at: _, staleBefore: __, ...said } = registration();
      const runner = { ...said, registeredAt: AT, lastSeenAt: AT };
      expect(await store.register('team_a', registration())).toEqual(runner);
      expect(await store.get('team_a', 'run_1')).toEqual(runner);
      expect(await store.list('team_a')).toEqual([runner]);
    });

    it('takes what a known runner says now, and remembers when it came first', async () => {
      await store.register('team_a', registration());
      const again = registration({ name: 'renamed', labels: [], accepts: ['command'], at: AT + 5 });
      await store.register('team_a', again);
      expect(await store.list('team_a')).toEqual([
        {
          id: 'run_1',
          name: 'renamed',
          labels: [],
          accepts: ['command'],
          registeredAt: AT,
          lastSeenAt: AT + 5,
        },
      ]);
    });

    it('lists by id, and keeps equal ids of different teams apart', async () => {
      for (const id of ['run_b', 'run_a']) await store.register('team_a', registration({ id }));
      await store.register('team_b', registration({ id: 'run_a', name: 'theirs' }));
      expect(await ids()).toEqual(['run_a', 'run_b']);
      expect((await store.get('team_b', 'run_a'))?.name).toBe('theirs');
      await store.delete('team_b', 'run_a');
      expect([await ids(), await ids('team_b')]).toEqual([['run_a', 'run_b'], []]);
    });

    it('notes when a runner was heard of, and makes up no runner by it', async () => {
      await store.register('team_a', registration());
      await store.seen('team_a', 'run_1', AT + 30_000);
      await store.seen('team_a', 'run_2', AT + 30_000);
      expect(await store.list('team_a')).toMatchObject([{ id: 'run_1', lastSeenAt: AT + 30_000 }]);
      expect(await store.get('team_a', 'run_2')).toBeNull();
    });

    it('removes a runner and gives what was known of it', async () => {
      const runner = await store.register('team_a', registration());
      expect(await store.delete('team_a', 'run_1')).toEqual(runner);
      expect(await store.delete('team_a', 'run_1')).toBeNull();
      expect(await store.get('team_a', 'run_1')).toBeNull();
    });

    it('forgets stale runners when a new one finds no room, and only then', async () => {
      const staleBefore = AT + 10;
      await store.register('team_a', registration({ id: 'stale' }));
      for (let n = 1; n < MAX_RUNNERS; n++)
        await store.register('team_a', registration({ id: `run_${n}`, at: AT + 10, staleBefore }));
      await store.register('team_a', registration({ at: AT + 20, staleBefore }));
      expect(await ids()).toContain('stale');
      expect(
        await store.register('team_a', registration({ id: 'new', at: AT + 30, staleBefore })),
      ).toMatchObject({
        id: 'new',
      });
      expect(await ids()).toHaveLength(MAX_RUNNERS);
      expect(await store.get('team_a', 'stale')).toBeNull();
    });

    it('has room for so many runners and not one more, also of parallel registrations', async () => {
      const register = (n: number) => store.register('team_a', registration({ id: `run_${n}` }));
      for (let n = 0; n < MAX_RUNNERS - 3; n++) await register(n);
      const outcomes = await Promise.all(Array.from({ length: 10 }, (_, n) => register(1_000 + n)));
      expect(outcomes.filter((outcome) => outcome === 'too-many')).toHaveLength(7);
      expect(await ids()).toHaveLength(MAX_RUNNERS);
      expect(await register(0)).toMatchObject({ id: 'run_0' });
      await store.delete('team_a', 'run_0');
      expect(await register(5_000)).toMatchObject({ id: 'run_5000' });
    });
  });
}
