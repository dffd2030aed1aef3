import { describe, expect, it } from '@jest/globals';
import type { NewTimer } from '../domain/timer/create.ts';
import { countingAgainst } from '../domain/timer/places.ts';
import type { Timer } from '../domain/timer/state.ts';
import { onExpire } from '../domain/timer/test-timer.ts';
import { transition } from '../domain/timer/transition.ts';
import { sampleTimer } from '../testing/sample-timer.ts';
import { type Limit, LimitReached } from './quota-ledger.ts';
import type { InsertOutcome, TimerStore } from './timer-store.ts';

const COUNTER = 'agent:bot';

const keyOf = ({ teamId, id }: Timer) => ({ teamId, timerId: id });
const limit = (max: number, revision = 1, counter = COUNTER): Limit => ({ counter, max, revision });

/** A timer that counts against counters. */
export function countedTimer(fields: Partial<NewTimer> = {}, counters: readonly string[] = [COUNTER]): Timer {
  return countingAgainst(sampleTimer(fields), counters);
}

function countedTimers(count: number, fields: Partial<NewTimer> = {}): Timer[] {
  return Array.from({ length: count }, () => countedTimer(fields));
}

function told(outcome: InsertOutcome): string {
  if (outcome.inserted) return 'inserted';
  if ('existing' in outcome) return 'existing';
  const { used, max } = outcome.overLimit;
  return `${used} of ${max}`;
}

/** What every TimerStore keeps to about timers that count; for its contract. */
export function timerLimitsContract(storeOf: () => TimerStore): void {
  const insert = async (timers: readonly Timer[], ...limits: Limit[]) =>
    (await storeOf().insert(timers, limits)).map(told);
  const end = (timer: Timer) =>
    storeOf().update(keyOf(timer), (current) => {
      const result = transition(current ?? timer, { type: 'cancel' }, timer.createdAt + 1);
      if (!result.ok) throw new Error(result.detail);
      return { save: result.value.timer, result: result.value.timer };
    });
  const stored = async (timers: readonly Timer[]) => {
    const found = await Promise.all(timers.map((timer) => storeOf().get(keyOf(timer))));
    return found.filter((timer) => timer !== null).length;
  };

  describe('limits', () => {
    it('add as many timers as have room, in the order of the list, and refuse the rest one by one', async () => {
      const timers = countedTimers(5);
      expect(await insert(timers, limit(3))).toEqual([
        'inserted',
        'inserted',
        'inserted',
        '3 of 3',
        '3 of 3',
      ]);
      expect(await stored(timers)).toBe(3);
      const [first] = timers;
      if (first === undefined) throw new Error('five timers are made');
      expect(await storeOf().get(keyOf(first))).toEqual(first);
      expect(await insert(countedTimers(1), limit(3))).toEqual(['3 of 3']);
    });

    it.each([100, 1_000])(
      'admit exactly one of 50 parallel inserts when one place of %i is left',
      async (max) => {
        await insert(countedTimers(max - 1), limit(max));
        const outcomes = await Promise.all(countedTimers(50).map((timer) => insert([timer], limit(max))));
        const all = outcomes.flat();
        expect(all.filter((outcome) => outcome === 'inserted')).toHaveLength(1);
        expect(all.filter((outcome) => outcome === `${max} of ${max}`)).toHaveLength(49);
      },
    );

    it('admit exactly as many of parallel batches as have room', async () => {
      await insert(countedTimers(90), limit(100));
      const batches = Array.from({ length: 10 }, () => countedTimers(20));
      const outcomes = await Promise.all(batches.map((batch) => insert(batch, limit(100))));
      expect(outcomes.flat().filter((outcome) => outcome === 'inserted')).toHaveLength(10);
      expect(await stored(batches.flat())).toBe(10);
    });

    it('refuse nothing while there is room, however large they are', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => insert(countedTimers(50), limit(1_000))),
      );
      expect(new Set(outcomes.flat())).toEqual(new Set(['inserted']));
      expect(await insert(countedTimers(1), limit(1_000))).toEqual(['1000 of 1000']);
    });

    it('take nothing for a timer whose id exists, and tell which timer holds it', async () => {
      const [first, second] = countedTimers(2);
      if (first === undefined || second === undefined) throw new Error('two timers are made');
      expect(await insert([first, first], limit(2))).toEqual(['inserted', 'existing']);
      expect(await insert([first, second, first], limit(2))).toEqual(['existing', 'inserted', 'existing']);
      expect(await insert([first, countedTimer()], limit(2))).toEqual(['existing', '2 of 2']);
    });

    it('hold for each counter by itself, and for all that a timer counts against', async () => {
      const both = () => countedTimer({}, ['agent:bot', 'team']);
      const limits = [limit(2, 1, 'agent:bot'), limit(3, 1, 'team')];
      expect(await insert([both(), both(), both()], ...limits)).toEqual(['inserted', 'inserted', '2 of 2']);
      const ofTeam = () => countedTimer({}, ['team']);
      expect(await insert([ofTeam(), ofTeam()], ...limits)).toEqual(['inserted', '3 of 3']);
      expect(await insert([both()], ...limits)).toEqual(['2 of 2']);
      expect(await insert([countedTimer({ teamId: 'team_b' })], ...limits)).toEqual(['inserted']);
      expect(await insert([sampleTimer()], ...limits)).toEqual(['inserted']);
    });

    it('give a place back when the timer ends, once', async () => {
      const [first, second] = countedTimers(2, {
        events: onExpire([{ type: 'message', text: 'x', toAgent: null }]),
      });
      if (first === undefined || second === undefined) throw new Error('two timers are made');
      await insert([first, second], limit(2));
      const ended = await end(first);
      expect(ended.countsAgainst).toBeUndefined();
      await Promise.all([end(first), end(first)]);
      expect(await insert(countedTimers(2), limit(2))).toEqual(['inserted', '2 of 2']);
      // What opens it again does not make it count again.
      await storeOf().update(keyOf(first), () => ({
        save: { ...first, ...ended, version: 9 },
        result: null,
      }));
      await storeOf().update(keyOf(first), () => ({ remove: true, result: null }));
      expect(await insert(countedTimers(1), limit(2))).toEqual(['2 of 2']);
    });

    it('give a place back when the timer is removed', async () => {
      const timer = countedTimer();
      await insert([timer], limit(1));
      await storeOf().update(keyOf(timer), () => ({ remove: true, result: null }));
      expect(await insert(countedTimers(2), limit(1))).toEqual(['inserted', '1 of 1']);
    });

    it('are never passed while timers come and go at the same time', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 30 }, async () => {
          const timer = countedTimer();
          const [outcome] = await insert([timer], limit(5));
          if (outcome === 'inserted') await end(timer);
          return outcome;
        }),
      );
      expect(outcomes.filter((outcome) => outcome === 'inserted').length).toBeGreaterThanOrEqual(5);
      expect(await insert(countedTimers(6), limit(5))).toEqual([...Array(5).fill('inserted'), '5 of 5']);
    });

    it('hold from then on when they are raised or lowered, even below what is used', async () => {
      const timers = countedTimers(300);
      await insert(timers, limit(300, 1));
      expect(await insert(countedTimers(1), limit(300, 1))).toEqual(['300 of 300']);
      expect(await insert(countedTimers(2), limit(301, 2))).toEqual(['inserted', '301 of 301']);
      expect(await insert(countedTimers(1), limit(3, 3))).toEqual(['301 of 3']);
      await Promise.all(timers.slice(0, 298).map(end));
      expect(await insert(countedTimers(1), limit(3, 3))).toEqual(['3 of 3']);
      await Promise.all(timers.slice(298, 299).map(end));
      expect(await insert(countedTimers(2), limit(3, 3))).toEqual(['inserted', '3 of 3']);
      expect(await insert(countedTimers(2), limit(400, 4))).toEqual(['inserted', 'inserted']);
    });

    it('of nothing admit nothing', async () => {
      expect(await insert(countedTimers(1), limit(0))).toEqual(['0 of 0']);
    });

    it('count a timer that has no limit, or comes to count by an update, with those that have one', async () => {
      const later = sampleTimer();
      expect(await insert([...countedTimers(2), later])).toEqual(['inserted', 'inserted', 'inserted']);
      const save = countingAgainst(later, [COUNTER]);
      await storeOf().update(keyOf(later), () => ({ save, result: null }));
      expect(await storeOf().get(keyOf(later))).toEqual(save);
      expect(await insert(countedTimers(2), limit(4))).toEqual(['inserted', '4 of 4']);
    });

    it('let an update move a place to another counter, or refuse it and change nothing', async () => {
      const timer = countedTimer();
      await insert([timer], limit(1));
      await insert([countedTimer({}, ['agent:other'])], limit(1, 1, 'agent:other'));
      const save = countingAgainst(timer, ['agent:other']);
      const move = (max: number) =>
        storeOf().update(keyOf(timer), () => ({
          save,
          limits: [limit(max, max, 'agent:other')],
          result: null,
        }));
      await expect(move(1)).rejects.toThrow(new LimitReached({ counter: 'agent:other', used: 1, max: 1 }));
      expect(await storeOf().get(keyOf(timer))).toEqual(timer);
      expect(await insert(countedTimers(1), limit(1))).toEqual(['1 of 1']);
      await move(2);
      expect(await storeOf().get(keyOf(timer))).toEqual(save);
      expect(await insert(countedTimers(2), limit(1))).toEqual(['inserted', '1 of 1']);
      // It has its place already.
      await move(2);
    });
  });
}
