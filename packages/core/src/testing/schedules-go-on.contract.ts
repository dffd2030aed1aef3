import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CreateScheduleRequest } from '@minoots/contract';
import { performEffects } from '../app/effects.ts';
import { MinootsError } from '../app/errors.ts';
import { createSchedule } from '../app/schedules/create.ts';
import { deleteSchedule } from '../app/schedules/delete.ts';
import { pauseSchedule } from '../app/schedules/pause.ts';
import { resumeSchedule } from '../app/schedules/resume.ts';
import { runSchedule } from '../app/schedules/run.ts';
import { settleSchedule } from '../app/schedules/settle.ts';
import { updateSchedule } from '../app/schedules/update.ts';
import { cancelTimer } from '../app/timers/cancel.ts';
import { deleteTimer } from '../app/timers/delete.ts';
import { extendTimer } from '../app/timers/extend.ts';
import type { Timer } from '../domain/timer/state.ts';
import type { ScheduleStore } from '../ports/schedule-store.ts';
import type { TimerStore } from '../ports/timer-store.ts';
import { BIRTH, type ScheduleFate, ScheduleLife, type ScheduleWorld, TEAM } from './schedule-lives.ts';

const MINUTE = 60_000;
const KEY = { teamId: TEAM, scheduleId: 'sch_1' };

export interface ScheduleStores {
  timers: TimerStore;
  schedules: ScheduleStore;
  close(): Promise<void>;
}

/** What a story of a schedule leaves behind. Instants in minutes from its beginning. */
interface Remains {
  /** When the occurrences that fired were planned. */
  fired: number[];
  skipped: number[];
  /** When the pending occurrences are planned. */
  pending: number[];
  /** When the next one is planned by the schedule. */
  next: number | null;
}

/**
 * A schedule goes on, whatever happens to the processes that look after it.
 * @param open gives empty stores of one engine
 * @param everyNth a process dies after write, or after one of so many where that takes too long
 */
export function schedulesGoOnContract(
  name: string,
  open: () => Promise<ScheduleStores>,
  everyNth: number,
): void {
  describe(`schedules of ${name}`, () => {
    let stores: ScheduleStores;
    beforeEach(async () => {
      stores = await open();
    });
    afterEach(() => stores.close());

    const live = async (story: Story, fate: ScheduleFate = {}) => {
      const world = { timers: stores.timers, schedules: stores.schedules, now: BIRTH };
      const life = new ScheduleLife(world, fate);
      await story(life);
      return { writes: life.writes, remains: await remainsOf(world) };
    };

    it('keep one occurrence pending and fire each once', async () => {
      const { remains } = await live(async (life) => {
        await life.ask('create', create());
        await life.until(35 * MINUTE);
      });
      expect(remains).toEqual({ fired: [10, 20, 30], skipped: [], pending: [40], next: 40 });
    });

    it('fire nothing late after an outage and go on with the next to come (complaint 10)', async () => {
      const { remains } = await live(outage({ catch_up: 'none' }));
      expect(remains).toEqual({ fired: [70, 80], skipped: [10], pending: [90], next: 90 });
      const schedule = await stores.schedules.get(KEY);
      expect(schedule?.counts).toMatchObject({ fired: 2, skipped: 1, missed: 5 });
      expect(schedule?.log.map(({ message }) => message).join('\n')).toMatch(
        /Missed: .*\n5 occurrences from .* were missed/,
      );
    });

    it('catch up with one occurrence where they may (complaint 10)', async () => {
      const { remains } = await live(outage({ catch_up: 'one' }));
      expect(remains).toEqual({ fired: [10, 70, 80], skipped: [], pending: [90], next: 90 });
      expect((await stores.schedules.get(KEY))?.counts).toMatchObject({ fired: 3, missed: 5 });
    });

    it('skip an occurrence while the one before still delivers, with the reason, unless they may overlap (complaint 13)', async () => {
      const busy = (overlap: 'skip' | 'allow') => async (life: ScheduleLife) => {
        life.isFailing = true;
        await life.ask('create', create({ id: `sch_${overlap}`, overlap }));
        await life.until(25 * MINUTE);
        life.isFailing = false;
        await life.until(45 * MINUTE);
      };
      await live(busy('skip'));
      await live(busy('allow'));
      const countsOf = async (scheduleId: string) =>
        (await stores.schedules.get({ ...KEY, scheduleId }))?.counts;
      expect(await countsOf('sch_allow')).toMatchObject({ fired: 4, skipped: 0 });
      expect(await countsOf('sch_skip')).toMatchObject({ fired: 1, skipped: 3 });
      const log = (await stores.schedules.get({ ...KEY, scheduleId: 'sch_skip' }))?.log ?? [];
      expect(log.map(({ message }) => message)).toContainEqual(
        expect.stringMatching(/^Overlap: sch_skip_\w+, which fired before, still delivers$/),
      );
    });

    it('fire nothing that a slow process makes of a plan that is paused by then', async () => {
      const { remains } = await live(async (life) => {
        await life.ask('create', create());
        const before = await stores.schedules.get(KEY);
        await life.ask('pause', (deps, ctx) => pauseSchedule(deps, ctx, KEY.scheduleId));
        if (before !== null) await settleSchedule(life.deps, before, performEffects);
        await life.until(15 * MINUTE);
      });
      expect(remains).toEqual({ fired: [], skipped: [10], pending: [], next: null });
    });

    it('go on without an occurrence that was cancelled, removed or moved by hand', async () => {
      const { remains } = await live(async (life) => {
        await life.ask('create', create());
        const pending = async () => (await stores.schedules.get(KEY))?.next?.timerId ?? '';
        const [first] = [await pending()];
        await life.ask('cancel', (deps, ctx) => cancelTimer(deps, ctx, first));
        const second = await pending();
        await life.ask('delete', (deps, ctx) => deleteTimer(deps, ctx, second));
        const third = await pending();
        await life.ask('extend', (deps, ctx) => extendTimer(deps, ctx, third, { by: '1h' }));
        await life.until(55 * MINUTE);
      });
      expect(remains).toEqual({ fired: [40, 50], skipped: [], pending: [30, 60], next: 60 });
      expect((await stores.schedules.get(KEY))?.counts).toMatchObject({ fired: 2, cancelled: 2 });
    });

    it.each(Object.entries(STORIES))(
      'survive the death of a process after a write of %s, and a write refused',
      async (_, { story, ends }) => {
        const { writes, remains } = await live(story);
        expect(remains).toEqual(ends);
        for (const way of ['dies', 'refuses'] as const) {
          for (let write = 1; write <= writes; write += everyNth) {
            await stores.close();
            stores = await open();
            const again = await live(story, { [way]: write });
            expect({ [way]: write, ...again.remains }).toEqual({ [way]: write, ...ends });
          }
        }
      },
    );
  });
}

type Story = (life: ScheduleLife) => Promise<void>;

const create =
  (fields: Partial<CreateScheduleRequest> = {}): Parameters<ScheduleLife['ask']>[1] =>
  (deps, ctx) =>
    createSchedule(deps, ctx, {
      id: KEY.scheduleId,
      name: 'every ten minutes',
      every: '10m',
      template: { events: { on_expire: { message: 'run' } } },
      ...fields,
    });

/** Nobody keeps time from minute 5 to minute 69. */
const outage =
  (fields: Partial<CreateScheduleRequest>): Story =>
  async (life) => {
    await life.ask('create', create(fields));
    await life.until(5 * MINUTE);
    life.sleep(64 * MINUTE);
    await life.until(85 * MINUTE);
  };

const STORIES: Record<string, { story: Story; ends: Remains }> = {
  'a plan that runs': {
    story: async (life) => {
      await life.ask('create', create());
      await life.until(25 * MINUTE);
    },
    ends: { fired: [10, 20], skipped: [], pending: [30], next: 30 },
  },
  'a pause, a change and a run beside the plan': {
    story: async (life) => {
      await life.ask('create', create());
      await life.until(12 * MINUTE);
      await life.ask('pause', (deps, ctx) => pauseSchedule(deps, ctx, KEY.scheduleId));
      await life.until(32 * MINUTE);
      await life.ask('resume', (deps, ctx) => resumeSchedule(deps, ctx, KEY.scheduleId));
      await life.ask('run', (deps, ctx) => runSchedule(deps, ctx, KEY.scheduleId));
      await life.until(42 * MINUTE);
      await life.ask('update', (deps, ctx) =>
        updateSchedule(deps, ctx, KEY.scheduleId, { overlap: 'allow' }),
      );
      await life.until(55 * MINUTE);
    },
    ends: { fired: [10, 40, 50], skipped: [], pending: [60], next: 60 },
  },
  'a removal': {
    story: async (life) => {
      await life.ask('create', create());
      await life.until(12 * MINUTE);
      await life.ask('delete', async (deps, ctx) => {
        try {
          await deleteSchedule(deps, ctx, KEY.scheduleId);
        } catch (error) {
          // A repeat finds nothing left to remove.
          if (!(error instanceof MinootsError && error.code === 'not_found')) throw error;
        }
      });
      await life.until(35 * MINUTE);
    },
    ends: { fired: [10], skipped: [], pending: [], next: null },
  },
};

async function remainsOf({ timers, schedules }: ScheduleWorld): Promise<Remains> {
  const { timers: all } = await timers.list(TEAM, {}, 100);
  const planned = (...statuses: Timer['status'][]) =>
    all
      .filter(({ status }) => statuses.includes(status))
      .flatMap(({ occurrence }) => (occurrence === undefined ? [] : [minutes(occurrence.plannedAt)]))
      .sort((one, other) => one - other);
  const schedule = await schedules.get(KEY);
  const next = schedule?.next ?? null;
  return {
    fired: planned('firing', 'expired', 'failed'),
    skipped: planned('skipped'),
    pending: planned('waiting', 'running', 'paused'),
    next: next && minutes(next.plannedAt),
  };
}

function minutes(at: number): number {
  return (at - BIRTH) / MINUTE;
}
