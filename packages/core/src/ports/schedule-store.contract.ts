import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Schedule } from '../domain/schedule/state.ts';
import { checkAt } from '../domain/schedule/time.ts';
import { transition } from '../domain/schedule/transition.ts';
import { onExpire } from '../domain/timer/test-timer.ts';
import { transition as fire } from '../domain/timer/transition.ts';
import { sampleSchedule } from '../testing/sample-schedule.ts';
import { sampleTimer } from '../testing/sample-timer.ts';
import type { ScheduleKey, ScheduleStore } from './schedule-store.ts';
import { InvalidPosition } from './timer-store.ts';

const NOW = Date.UTC(2030, 0, 1);
const MINUTE = 60_000;

/** What every ScheduleStore does. @param open gives an empty store and a way to close it */
export function scheduleStoreContract(
  name: string,
  open: () => Promise<{ store: ScheduleStore; close(): Promise<void> }>,
): void {
  describe(`${name} as a ScheduleStore`, () => {
    let store: ScheduleStore;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ store, close } = await open());
    });
    afterEach(() => close());

    const keyOf = ({ teamId, id }: Schedule): ScheduleKey => ({ teamId, scheduleId: id });
    const add = async (fields: Parameters<typeof sampleSchedule>[0] = {}, now = NOW) => {
      const schedule = sampleSchedule(fields, now);
      expect(await store.insert(schedule)).toBeNull();
      return schedule;
    };
    const change = (schedule: Schedule, type: 'pause' | 'delete') =>
      store.update(keyOf(schedule), (current) => {
        if (current === null) throw new Error('there is no such schedule');
        const result = transition(current, { type }, NOW + MINUTE);
        if (!result.ok) throw new Error(result.detail);
        return { save: result.value, result: result.value };
      });

    it('gives back what it was given', async () => {
      const template = { name: 'é\u{1F600}\ud800', metadata: { deep: [{ a: null }] }, labels: { a: 'b' } };
      const schedule = await add({
        template,
        spec: { type: 'cron', expression: '0 9 * * *', timezone: 'UTC' },
      });
      expect(await store.get(keyOf(schedule))).toEqual(schedule);
      expect(await store.get({ teamId: 'team_b', scheduleId: schedule.id })).toBeNull();
      expect(await store.get({ teamId: 'team_a', scheduleId: 'sch_nobody' })).toBeNull();
    });

    it('keeps one that says the most that it can, and brings a timer that says it many times over', async () => {
      const text = randomBytes(150_000).toString('base64');
      const brought = sampleTimer({ events: onExpire([{ type: 'message', text, toAgent: null }]) });
      const fired = fire(brought, { type: 'fire-now' }, NOW);
      const [delivery] = fired.ok ? fired.value.timer.deliveries : [];
      if (delivery === undefined) throw new Error('nothing is delivered');
      const schedule: Schedule = {
        ...sampleSchedule({ template: { metadata: { text } } }),
        brought: { ...brought, deliveries: Array.from({ length: 20 }, () => delivery) },
      };
      await store.insert(schedule);
      expect(await store.get(keyOf(schedule))).toEqual(schedule);
      await store.update(keyOf(schedule), (current) => ({ ...(current && { save: current }), result: null }));
      expect((await store.list('team_a', {}, 10)).schedules).toEqual([schedule]);
    });

    it('adds an id once for each team', async () => {
      const first = await add({ id: 'sch_same', name: 'first' });
      expect(await store.insert(sampleSchedule({ id: 'sch_same', name: 'second' }))).toEqual(first);
      expect(await store.insert(sampleSchedule({ id: 'sch_same', teamId: 'team_b' }))).toBeNull();
      expect((await store.get(keyOf(first)))?.name).toBe('first');
    });

    it('shows each of parallel updates the result of the one before', async () => {
      const schedule = await add();
      const bump = () =>
        store.update(keyOf(schedule), (current) => {
          if (current === null) throw new Error('there is no such schedule');
          return { save: { ...current, version: current.version + 1 }, result: current.version };
        });
      const seen = await Promise.all(Array.from({ length: 10 }, bump));
      expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, index) => index + 1));
      expect((await store.get(keyOf(schedule)))?.version).toBe(11);
    });

    it('changes nothing when the decision throws, says nothing, or finds nobody', async () => {
      const schedule = await add();
      const failing = store.update(keyOf(schedule), () => {
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await store.update(keyOf(schedule), () => ({ result: 7 }))).toBe(7);
      const nobody = { teamId: 'team_a', scheduleId: 'sch_nobody' };
      expect(await store.update(nobody, (current) => ({ result: current }))).toBeNull();
      expect(await store.get(keyOf(schedule))).toEqual(schedule);
    });

    it('removes what a decision removes, and its id is free again', async () => {
      const schedule = await add();
      await store.update(keyOf(schedule), () => ({ remove: true, result: null }));
      expect(await store.get(keyOf(schedule))).toBeNull();
      expect(await store.insert(schedule)).toBeNull();
    });

    it('lists a team, newest first, page by page, by status where asked', async () => {
      const schedules: Schedule[] = [];
      for (let n = 0; n < 5; n++) schedules.push(await add({ name: `n${n}` }));
      await add({ teamId: 'team_b' });
      const [, second, third] = schedules;
      if (second === undefined || third === undefined) throw new Error('nothing was added');
      await change(second, 'pause');
      await change(third, 'delete');

      const names: string[] = [];
      let after: string | undefined;
      do {
        const page = await store.list('team_a', {}, 2, after);
        expect(page.schedules.length).toBeLessThanOrEqual(2);
        names.push(...page.schedules.map(({ name: each }) => each));
        after = page.next ?? undefined;
      } while (after !== undefined);
      expect(names).toEqual(['n4', 'n3', 'n1', 'n0']);
      const paused = await store.list('team_a', { status: 'paused' }, 10);
      expect(paused).toEqual({ schedules: [expect.objectContaining({ name: 'n1' })], next: null });
      const active = await store.list('team_a', { status: 'active' }, 10);
      expect(active.schedules.map(({ name: each }) => each)).toEqual(['n4', 'n3', 'n0']);
      await expect(store.list('team_a', {}, 2, 'nonsense')).rejects.toThrow(InvalidPosition);
    });

    it('finds what is to be looked after, earliest first and page by page', async () => {
      const late = await add({ teamId: 'team_b' }, NOW + 2 * MINUTE);
      const early = await add({}, NOW);
      const middle = await add({}, NOW + MINUTE);
      const settled = await add({}, NOW);
      await store.update(keyOf(settled), (current) => {
        if (current === null) throw new Error('there is no such schedule');
        return { save: { ...current, status: 'paused', next: null, unsettledSince: null }, result: null };
      });
      const until = checkAt(late) ?? 0;
      const first = await store.listToCheck({ until, limit: 2, after: null });
      expect(first.keys).toEqual([keyOf(early), keyOf(middle)]);
      expect(first.next).not.toBeNull();
      const second = await store.listToCheck({ until, limit: 2, after: first.next });
      expect(second).toEqual({ keys: [keyOf(late)], next: null });
      expect((await store.listToCheck({ until: until - 1, limit: 9, after: null })).keys).toHaveLength(2);
    });
  });
}
