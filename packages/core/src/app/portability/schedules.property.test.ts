import { describe, expect, it } from '@jest/globals';
import type { ExportPage, Portable, UpdateScheduleRequest } from '@minoots/contract';
import fc from 'fast-check';
import { isPending, isTerminal } from '../../domain/timer/time.ts';
import { memoryScheduleStore } from '../../testing/memory-schedule-store.ts';
import { memoryTimerStore } from '../../testing/memory-timer-store.ts';
import {
  BIRTH,
  type ScheduleFate,
  ScheduleLife,
  type ScheduleWorld,
  TEAM,
} from '../../testing/schedule-lives.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { createSchedule } from '../schedules/create.ts';
import { pauseSchedule } from '../schedules/pause.ts';
import { resumeSchedule } from '../schedules/resume.ts';
import { runSchedule } from '../schedules/run.ts';
import { updateSchedule } from '../schedules/update.ts';
import { cancelTimer } from '../timers/cancel.ts';
import { deleteTimer } from '../timers/delete.ts';
import { extendTimer } from '../timers/extend.ts';
import { pauseTimer } from '../timers/pause.ts';
import { exportTimers } from './export.ts';
import { importItems } from './import.ts';

const MINUTE = 60_000;
const ID = 'sch_1';
const ofSchedule = { pauseSchedule, resumeSchedule, runSchedule };
const ofTimer = { cancelTimer, deleteTimer, pauseTimer };

/** Something that happens to a schedule. */
type Act =
  | { do: 'wait' | 'sleep' | 'extend'; minutes: number }
  | { do: keyof typeof ofSchedule | keyof typeof ofTimer }
  | { do: 'update'; change: UpdateScheduleRequest }
  | { do: 'fail'; isFailing: boolean };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 0, max: 35 }) }),
  },
  fc.record({
    do: fc.constantFrom('sleep' as const, 'extend' as const),
    minutes: fc.integer({ min: 1, max: 45 }),
  }),
  fc.record({
    do: fc.constantFrom(
      ...(['pauseSchedule', 'resumeSchedule', 'resumeSchedule', 'runSchedule'] as const),
      ...(['cancelTimer', 'deleteTimer', 'pauseTimer'] as const),
    ),
  }),
  fc.record({
    do: fc.constant('update' as const),
    change: fc.constantFrom<UpdateScheduleRequest>(
      { every: '7m' },
      { overlap: 'allow' },
      { catch_up: 'one' },
      { template: { labels: { changed: 'yes' } } },
      { name: 'renamed' },
    ),
  }),
  fc.record({ do: fc.constant('fail' as const), isFailing: fc.boolean() }),
);
const fate: fc.Arbitrary<ScheduleFate> = fc.record(
  { dies: fc.integer({ min: 1, max: 12 }), refuses: fc.integer({ min: 1, max: 12 }) },
  { requiredKeys: [] },
);
const moving = {
  acts: fc.array(act, { maxLength: 12 }),
  jitter: fc.constantFrom(0, 90_000),
  fate,
  order: fc.array(fc.nat(), { minLength: 20, maxLength: 20 }),
  cutAfter: fc.nat({ max: 5 }),
  wayMinutes: fc.constantFrom(0, 0, 3, 12, 31),
};

const emptyWorld = (now: number): ScheduleWorld => ({
  timers: memoryTimerStore(),
  schedules: memoryScheduleStore(),
  now,
});
const sinceBirth = ({ now }: ScheduleWorld) => now - BIRTH;

describe('a schedule that moves', () => {
  it('goes on as if it had stayed, whatever has happened to it, whatever comes first, and wherever the import is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record(moving),
        async ({ acts, jitter, fate: ofImport, order, cutAfter, wayMinutes }) => {
          const here = emptyWorld(BIRTH);
          const stayed = new ScheduleLife(here);
          await live(stayed, here, acts, jitter);
          const items = await exportOf(stayed);
          const left = new Set((await allOf(here)).filter(isTerminal).map(({ id }) => id));
          here.now += wayMinutes * MINUTE;

          const there = emptyWorld(here.now);
          const moved = new ScheduleLife(there, ofImport);
          const shuffled = items
            .map((item, index) => ({ item, place: order[index % order.length] ?? 0 }))
            .sort((one, other) => one.place - other.place)
            .map(({ item }) => item);
          await load(moved, shuffled.slice(0, cutAfter));
          await load(moved, shuffled);
          expect(byId(await exportOf(moved))).toEqual(byId(items));
          const arrived = await allOf(there);
          await load(moved, shuffled);
          expect(await allOf(there)).toEqual(arrived);
          expect(await unplanned(there)).toEqual(await unplanned(here));

          for (const [life, world] of [
            [new ScheduleLife(here), here],
            [new ScheduleLife(there), there],
          ] as const) {
            await life.until(sinceBirth(world) + 47 * MINUTE);
          }
          expect(await outcomeOf(there)).toEqual(await outcomeOf(here, left));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps its occurrence as it was, though the import died after any of its writes and nobody repeats it', async () => {
    const here = emptyWorld(BIRTH);
    const stayed = new ScheduleLife(here);
    await live(
      stayed,
      here,
      [
        { do: 'wait', minutes: 12 },
        { do: 'extend', minutes: 45 },
      ],
      0,
    );
    const [schedule] = (await exportOf(stayed)).filter(({ type }) => type === 'schedule');
    for (let dies = 1; dies <= 3; dies++) {
      const there = emptyWorld(here.now);
      const moved = new ScheduleLife(there, { dies });
      await moved.attempt((deps) => importItems(deps, ctxOf(), [schedule]));
      await moved.until(sinceBirth(here) + 30 * MINUTE);
      const extended = (await allOf(there)).find(({ generation }) => generation > 1);
      expect({ dies, extended }).toMatchObject({
        dies,
        extended: { status: 'running', fireAt: BIRTH + 65 * MINUTE },
      });
      const { next } = (await there.schedules.get({ teamId: TEAM, scheduleId: ID })) ?? {};
      expect(next?.plannedAt).toBe(BIRTH + 50 * MINUTE);
    }
  });
});

async function live(
  life: ScheduleLife,
  world: ScheduleWorld,
  acts: readonly Act[],
  jitter: number,
): Promise<void> {
  await life.ask('create', (deps, ctx) =>
    createSchedule(deps, ctx, {
      id: ID,
      name: 'every ten minutes',
      every: '10m',
      jitter,
      template: { events: { on_expire: { message: 'run' } } },
    }),
  );
  for (const [number, each] of acts.entries()) await happen(life, world, each, `command ${number}`);
}

async function happen(life: ScheduleLife, world: ScheduleWorld, each: Act, commandId: string): Promise<void> {
  const ask = async (work: (deps: Deps, ctx: RequestContext) => Promise<unknown>) => {
    try {
      await life.ask(commandId, work);
    } catch (error) {
      // Not every command suits every state.
      if (!(error instanceof MinootsError)) throw error;
    }
  };
  if (each.do === 'wait') return life.until(sinceBirth(world) + each.minutes * MINUTE);
  if (each.do === 'sleep') return life.sleep(each.minutes * MINUTE);
  if (each.do === 'fail') {
    life.isFailing = each.isFailing;
    return;
  }
  if (each.do === 'update') return ask((deps, ctx) => updateSchedule(deps, ctx, ID, each.change));
  if (each.do in ofSchedule) {
    const command = ofSchedule[each.do as keyof typeof ofSchedule];
    return ask((deps, ctx) => command(deps, ctx, ID));
  }
  const timerId = (await world.schedules.get({ teamId: TEAM, scheduleId: ID }))?.next?.timerId;
  if (timerId === undefined) return;
  if (each.do === 'extend')
    return ask((deps, ctx) => extendTimer(deps, ctx, timerId, { by: each.minutes * MINUTE }));
  const command = ofTimer[each.do as keyof typeof ofTimer];
  await ask((deps, ctx) => command(deps, ctx, timerId));
}

function ctxOf(): RequestContext {
  return {
    principal: {
      type: 'api-key',
      id: 'key_owner',
      teamId: TEAM,
      scopes: new Set(),
      role: null,
      person: null,
    },
  };
}

async function exportOf({ deps }: ScheduleLife): Promise<Portable[]> {
  const items: Portable[] = [];
  let cursor: ExportPage['next_cursor'] | undefined;
  do {
    const page = await exportTimers(deps, ctxOf(), { limit: 3, ...(cursor ? { cursor } : {}) });
    items.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return JSON.parse(JSON.stringify(items));
}

async function load(life: ScheduleLife, items: readonly Portable[]): Promise<void> {
  if (items.length === 0) return;
  await life.ask('import', async (deps, ctx) => {
    for (const outcome of await importItems(deps, ctx, items)) if (!outcome.ok) throw outcome.error;
  });
}

const byId = (items: readonly Portable[]) => items.toSorted((one, other) => (one.id < other.id ? -1 : 1));
const allOf = async ({ timers }: ScheduleWorld) => (await timers.list(TEAM, {}, 1_000)).timers;

/** Occurrences that are pending beside the one that is planned. */
async function unplanned(world: ScheduleWorld): Promise<string[]> {
  const schedule = await world.schedules.get({ teamId: TEAM, scheduleId: ID });
  return (await allOf(world))
    .filter((timer) => isPending(timer) && timer.id !== schedule?.next?.timerId)
    .map(({ id }) => id)
    .sort();
}

/** What became of the timers, but for those that were left behind, and where the schedule stands. */
async function outcomeOf(world: ScheduleWorld, left: ReadonlySet<string> = new Set()): Promise<object> {
  const schedule = await world.schedules.get({ teamId: TEAM, scheduleId: ID });
  const timers = (await allOf(world)).filter(({ id }) => !left.has(id));
  return {
    next: schedule?.next,
    status: schedule?.status,
    counts: schedule?.counts,
    lastFired: schedule?.lastFired,
    revision: schedule?.revision,
    timers: timers
      .map((timer) => ({
        id: timer.id,
        status: timer.status,
        labels: timer.labels,
        firedAt: 'firedAt' in timer ? timer.firedAt : null,
        settledAt: 'settledAt' in timer ? timer.settledAt : null,
      }))
      .sort((one, other) => (one.id < other.id ? -1 : 1)),
  };
}
