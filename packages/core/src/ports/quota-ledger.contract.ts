import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { transition } from '../domain/timer/transition.ts';
import { sampleTimer } from '../testing/sample-timer.ts';
import type { CounterKey, Limit, QuotaLedger } from './quota-ledger.ts';
import { countedTimer } from './timer-limits.contract.ts';
import type { TimerStore } from './timer-store.ts';

const HOUR = { startsAt: Date.UTC(2030, 0, 1), endsAt: Date.UTC(2030, 0, 1, 1) };
const NEXT_HOUR = { startsAt: HOUR.endsAt, endsAt: Date.UTC(2030, 0, 1, 2) };
const KEY = { teamId: 'team_a', counter: 'agent:bot' };
const LATER = Date.UTC(2030, 0, 2);

/** A ledger over the timers that it counts. */
export interface QuotaLedgerHarness {
  ledger: QuotaLedger;
  timers: TimerStore;
  /** Makes a counter show something else, as a restored backup may. Absent where nothing can be wrong. */
  falsify?(key: CounterKey, by: number): Promise<void>;
  close(): Promise<void>;
}

/** What every QuotaLedger keeps to. */
export function quotaLedgerContract(name: string, open: () => Promise<QuotaLedgerHarness>): void {
  describe(`${name} as a QuotaLedger`, () => {
    let harness: QuotaLedgerHarness;
    let ledger: QuotaLedger;
    beforeEach(async () => {
      harness = await open();
      ledger = harness.ledger;
    });
    afterEach(() => harness.close());

    const place = { ...KEY, counter: 'fires:bot', window: HOUR };
    const take = (max: number, where = place) => ledger.take(where, { max, revision: 1 });
    const limit = (max: number, revision = 1): Limit => ({ counter: KEY.counter, max, revision });
    const insert = async (count: number, limits: Limit[] = []) => {
      const timers = Array.from({ length: count }, () => countedTimer());
      const outcomes = await harness.timers.insert(timers, limits);
      return outcomes.filter(({ inserted }) => inserted).length;
    };

    describe('take', () => {
      it('gives as many places of a window as there are', async () => {
        expect([await take(2), await take(2), await take(2)]).toEqual([true, true, false]);
        expect(await ledger.usedIn(place)).toBe(2);
      });

      it('keeps windows, counters and teams apart', async () => {
        expect(await take(1)).toBe(true);
        expect(await take(1)).toBe(false);
        for (const other of [{ window: NEXT_HOUR }, { counter: 'fires:other' }, { teamId: 'team_b' }]) {
          expect(await take(1, { ...place, ...other })).toBe(true);
        }
        expect(await ledger.usedIn({ ...place, teamId: 'team_c' })).toBe(0);
        expect(await ledger.used(place)).toBe(0);
      });

      it.each([100, 1_000])('admits exactly one of 50 parallel takes at %i less one', async (max) => {
        for (let taken = 0; taken < max - 1; ) {
          const round = Math.min(200, max - 1 - taken);
          const all = await Promise.all(Array.from({ length: round }, () => take(max)));
          expect(all).not.toContain(false);
          taken += round;
        }
        const rivals = await Promise.all(Array.from({ length: 50 }, () => take(max)));
        expect(rivals.filter(Boolean)).toHaveLength(1);
        expect(await ledger.usedIn(place)).toBe(max);
      });

      it('goes by a limit that was changed within the window', async () => {
        await take(1);
        expect(await ledger.take(place, { max: 2, revision: 2 })).toBe(true);
        expect(await ledger.take(place, { max: 1, revision: 3 })).toBe(false);
        expect(await ledger.take(place, { max: 0, revision: 4 })).toBe(false);
        expect(await ledger.usedIn(place)).toBe(2);
      });

      it('gives nothing of nothing', async () => {
        expect(await take(0)).toBe(false);
        expect(await ledger.usedIn(place)).toBe(0);
      });
    });

    describe('used', () => {
      it('tells how many timers count, and follows them as they end', async () => {
        expect(await ledger.used(KEY)).toBe(0);
        const timer = countedTimer();
        await harness.timers.insert([timer, countedTimer(), sampleTimer()]);
        expect(await ledger.used(KEY)).toBe(2);
        expect(await ledger.used({ ...KEY, teamId: 'team_b' })).toBe(0);
        const ended = transition(timer, { type: 'cancel' }, timer.createdAt);
        if (!ended.ok) throw new Error(ended.detail);
        const save = ended.value.timer;
        await harness.timers.update({ teamId: timer.teamId, timerId: timer.id }, () => ({
          save,
          result: null,
        }));
        expect(await ledger.used(KEY)).toBe(1);
      });

      it('tells of large limits too', async () => {
        await insert(250, [limit(10_000)]);
        await insert(250, [limit(10_000)]);
        expect(await ledger.used(KEY)).toBe(500);
      });
    });

    describe('reconcile', () => {
      it('finds nothing amiss where nothing is', async () => {
        await insert(3, [limit(5)]);
        expect(await ledger.reconcile(KEY, { checkAt: LATER })).toEqual({ used: 3, wasWrong: false });
      });

      it.each([
        [-2, 5],
        [4, 5],
        [-2, 1_000],
        [4, 1_000],
      ])('puts a counter right that is wrong by %i, with a limit of %i', async (by, max) => {
        if (harness.falsify === undefined) return;
        await insert(3, [limit(max)]);
        await harness.falsify(KEY, by);
        expect(await ledger.used(KEY)).toBe(3 + by);
        expect(await ledger.reconcile(KEY, { checkAt: LATER })).toEqual({ used: 3, wasWrong: true });
        expect(await ledger.used(KEY)).toBe(3);
        expect(await insert(max, [limit(max)])).toBe(max - 3);
      });

      it('is not misled by what changes meanwhile', async () => {
        await insert(20, [limit(500)]);
        await harness.falsify?.(KEY, 7);
        const changes = Array.from({ length: 10 }, async (_, index) => {
          if (index % 2 === 0) return insert(10, [limit(500)]);
          const timer = countedTimer();
          await harness.timers.insert([timer], [limit(500)]);
          const key = { teamId: timer.teamId, timerId: timer.id };
          return harness.timers.update(key, () => ({ remove: true, result: 0 }));
        });
        await Promise.all([
          ...changes,
          ledger.reconcile(KEY, { checkAt: LATER }),
          ledger.reconcile(KEY, { checkAt: LATER }),
        ]);
        await ledger.reconcile(KEY, { checkAt: LATER });
        expect(await ledger.used(KEY)).toBe(70);
        expect(await insert(500, [limit(500)])).toBe(430);
      });

      it('makes a limit hold, though it is below what is used', async () => {
        await insert(300, [limit(1_000)]);
        await ledger.reconcile(KEY, { checkAt: LATER, limit: limit(2, 2) });
        // Not told of the new limit yet.
        if (harness.falsify !== undefined) expect(await insert(1, [limit(2, 2)])).toBe(0);
        expect(await ledger.used(KEY)).toBe(300);
      });
    });

    describe('listToCheck', () => {
      const due = async (until: number) =>
        (await ledger.listToCheck(until, 10)).map(({ counter }) => counter);

      it('gives counters whose time has come, until they are looked at', async () => {
        await insert(1);
        await ledger.reconcile(KEY, { checkAt: LATER });
        expect(await due(LATER - 1)).toEqual([]);
        expect(await ledger.listToCheck(LATER, 10)).toEqual([KEY]);
        await ledger.reconcile(KEY, { checkAt: LATER + 1 });
        expect(await due(LATER)).toEqual([]);
      });

      it('comes to every counter of timers by itself', async () => {
        await insert(1, [limit(5)]);
        expect(await due(Number.MAX_SAFE_INTEGER)).toEqual([KEY.counter]);
      });

      it('forgets a counter that counts nothing, unless it is kept', async () => {
        await ledger.reconcile(KEY, { checkAt: LATER, keepEmpty: true });
        expect(await due(LATER)).toEqual([KEY.counter]);
        await ledger.reconcile(KEY, { checkAt: LATER });
        expect(await due(LATER)).toEqual([]);
        expect(await ledger.used(KEY)).toBe(0);
      });

      it('gives no more than it is asked for', async () => {
        for (const counter of ['a', 'b', 'c'])
          await ledger.reconcile({ ...KEY, counter }, { checkAt: LATER, keepEmpty: true });
        expect(await ledger.listToCheck(LATER, 2)).toHaveLength(2);
      });
    });
  });
}
