import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_SHARES, type Share } from '../domain/share/state.ts';
import type { ShareStore } from './share-store.ts';
import { InvalidPosition } from './timer-store.ts';

const AT = Date.UTC(2030, 0, 1);
const TIMER = { teamId: 'team_a', timerId: 'tmr_1' };

/** What every ShareStore keeps to. `reopen` gives a store over what the first one kept. */
export function shareStoreContract(
  name: string,
  open: () => Promise<{ store: ShareStore; reopen(): Promise<ShareStore>; close(): Promise<void> }>,
): void {
  describe(`${name} as a ShareStore`, () => {
    let harness: Awaited<ReturnType<typeof open>>;
    let store: ShareStore;
    beforeEach(async () => {
      harness = await open();
      store = harness.store;
    });
    afterEach(() => harness.close());

    const share = (changes: Partial<Share> = {}): Share => ({
      ownerTeamId: TIMER.teamId,
      timerId: TIMER.timerId,
      guestTeamId: 'team_b',
      permissions: ['read', 'cancel'],
      sharedBy: 'usr_ada',
      sharedAt: AT,
      ...changes,
    });

    it('finds a share from both sides, also after a restart', async () => {
      expect(await store.put(share())).toBe('stored');
      for (const kept of [store, await harness.reopen()]) {
        expect(await kept.listOf(TIMER)).toEqual([share()]);
        expect(await kept.find('team_b', 'tmr_1')).toEqual([share()]);
        expect(await kept.listFor('team_b', 10)).toEqual({ shares: [share()], next: null });
      }
    });

    it('shows it to nobody else', async () => {
      await store.put(share());
      expect(await store.find('team_c', 'tmr_1')).toEqual([]);
      expect(await store.find('team_b', 'tmr_2')).toEqual([]);
      expect((await store.listFor('team_a', 10)).shares).toEqual([]);
      expect(await store.listOf({ teamId: 'team_b', timerId: 'tmr_1' })).toEqual([]);
    });

    it('has one share of a timer with a team, the last', async () => {
      await store.put(share());
      await store.put(share({ permissions: ['manage'], sharedAt: AT + 1 }));
      expect(await store.listOf(TIMER)).toEqual([share({ permissions: ['manage'], sharedAt: AT + 1 })]);
      expect(await store.find('team_b', 'tmr_1')).toHaveLength(1);
    });

    it('finds nothing of a share that was removed', async () => {
      await store.put(share());
      await store.put(share({ guestTeamId: 'team_c' }));
      expect(await store.remove(TIMER, 'team_b')).toEqual(share());
      expect(await store.remove(TIMER, 'team_b')).toBeNull();
      expect(await store.find('team_b', 'tmr_1')).toEqual([]);
      expect((await store.listFor('team_b', 10)).shares).toEqual([]);
      expect(await store.listOf(TIMER)).toEqual([share({ guestTeamId: 'team_c' })]);
      expect(await store.remove(TIMER, 'team_c')).toEqual(share({ guestTeamId: 'team_c' }));
      expect(await store.listOf(TIMER)).toEqual([]);
    });

    it('finds the timers of several teams that chose the same id', async () => {
      await store.put(share());
      await store.put(share({ ownerTeamId: 'team_c' }));
      const owners = (await store.find('team_b', 'tmr_1')).map(({ ownerTeamId }) => ownerTeamId);
      expect(owners.sort()).toEqual(['team_a', 'team_c']);
    });

    it('takes so many shares of a timer and no more, also at the same time', async () => {
      for (let n = 0; n < MAX_SHARES - 3; n++) await store.put(share({ guestTeamId: `team_${n}` }));
      const rivals = Array.from({ length: 8 }, (_, n) => store.put(share({ guestTeamId: `team_rival${n}` })));
      const outcomes = await Promise.all(rivals);
      expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(3);
      expect(await store.listOf(TIMER)).toHaveLength(MAX_SHARES);
      expect(await store.put(share({ guestTeamId: 'team_0', permissions: ['read'] }))).toBe('stored');
      expect(await store.put(share({ timerId: 'tmr_2' }))).toBe('stored');
    });

    it('lists the shares with a team page by page, each once', async () => {
      for (let n = 0; n < 7; n++) await store.put(share({ timerId: `tmr_${n}`, sharedAt: AT + n }));
      await store.put(share({ timerId: 'tmr_other', guestTeamId: 'team_c' }));
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const { shares, next } = await store.listFor('team_b', 3, after);
        expect(shares.length).toBeLessThanOrEqual(3);
        seen.push(...shares.map(({ timerId }) => timerId));
        after = next ?? undefined;
      } while (after !== undefined);
      expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `tmr_${n}`));
    });

    it.each(['nonsense', '-1', '1.2.3.4', ''])('knows no position %j', async (after) => {
      await expect(store.listFor('team_b', 10, after)).rejects.toThrow(InvalidPosition);
    });
  });
}
