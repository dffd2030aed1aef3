import { describe, expect, it } from '@jest/globals';
import type { CreateTimerRequest } from '@minoots/contract';
import type { Timer } from '../../domain/timer/state.ts';
import { alarmAt } from '../../domain/timer/time.ts';
import { type Fate, live, newWorld, type Step, TEAM, type World } from '../../testing/lives.ts';
import { MinootsError } from '../errors.ts';
import { cancelTimer } from './cancel.ts';
import { createTimer } from './create.ts';
import { createTimers } from './create-batch.ts';
import { deleteTimer } from './delete.ts';
import { fireTimer } from './fire.ts';

const delivered = { on_expire: { message: 'done' } };
const undelivered = { on_expire: { webhook: 'https://example.com/gone' } };

const request = (id: string, dependsOn?: string | string[], fields: Partial<CreateTimerRequest> = {}) => ({
  id,
  name: id,
  duration: '1m',
  ...(dependsOn === undefined ? {} : { depends_on: dependsOn }),
  ...fields,
});
const create =
  (...fields: Parameters<typeof request>): Step =>
  (deps, ctx) =>
    createTimer(deps, ctx, request(...fields));
const batch =
  (...items: CreateTimerRequest[]): Step =>
  (deps, ctx) =>
    createTimers(deps, ctx, items);
const cancel =
  (id: string): Step =>
  (deps, ctx) =>
    cancelTimer(deps, ctx, id);
/** A repeat finds nothing left to remove. */
const remove =
  (id: string): Step =>
  async (deps, ctx) => {
    try {
      await deleteTimer(deps, ctx, id);
    } catch (error) {
      if (!(error instanceof MinootsError && error.code === 'not_found')) throw error;
    }
  };
const timePasses: Step = null;

const STORIES: Record<string, { steps: Step[]; ends: Record<string, Timer['status']> }> = {
  'a chain that fires': {
    steps: [create('a'), create('b', 'a', { events: delivered }), create('c', 'b'), timePasses],
    ends: { a: 'expired', b: 'expired', c: 'expired' },
  },
  'a batch in reverse order, with a fan-out and a fan-in': {
    steps: [
      batch(
        request('d', ['b', 'c'], { depends_on_when: 'succeeded' }),
        request('c', 'a', { events: delivered }),
        request('b', 'a', { duration: 1 }),
        request('a'),
      ),
      timePasses,
    ],
    ends: { a: 'expired', b: 'expired', c: 'expired', d: 'expired' },
  },
  'a cancelled root': {
    steps: [
      batch(request('a'), request('b', 'a'), request('c', 'b')),
      create('d', ['a', 'c'], { on_dependency_failure: 'start' }),
      cancel('a'),
      timePasses,
    ],
    ends: { a: 'cancelled', b: 'cancelled', c: 'cancelled', d: 'expired' },
  },
  'a removed root': {
    steps: [
      create('a'),
      create('b', 'a', { events: { on_cancel: { message: 'cancelled' } } }),
      create('c', 'b'),
      create('d', 'a', { on_dependency_failure: 'start' }),
      remove('a'),
      timePasses,
    ],
    ends: { b: 'cancelled', c: 'cancelled', d: 'expired' },
  },
  'a root whose action fails for good': {
    steps: [
      create('a', undefined, { events: undelivered }),
      create('b', 'a', { depends_on_when: 'succeeded' }),
      create('c', 'a'),
      create('d', ['b', 'c'], { depends_on_when: 'succeeded', on_dependency_failure: 'start' }),
      timePasses,
    ],
    ends: { a: 'failed', b: 'cancelled', c: 'expired', d: 'expired' },
  },
  'children of a root that has ended': {
    steps: [
      create('a'),
      timePasses,
      create('b', 'a', { depends_on_when: 'succeeded' }),
      create('c', 'b'),
      timePasses,
    ],
    ends: { a: 'expired', b: 'expired', c: 'expired' },
  },
};

describe.each(Object.entries(STORIES))('%s', (_, { steps, ends }) => {
  it('ends as it should when nothing goes wrong', async () => {
    const world = newWorld();
    await live(world, steps, { isUnaided: true });
    await expectEnded(world, ends);
  });

  it('ends the same whichever write is the last of its process', async () => {
    for (const dies of writesOf(await undisturbed(steps))) await endsThrough(steps, [{ dies }], ends);
  });

  it('ends the same whichever two writes are the last of their processes', async () => {
    const writes = writesOf(await undisturbed(steps));
    for (const first of writes) {
      for (const second of writes) await endsThrough(steps, [{ dies: first }, { dies: second }], ends);
    }
  });

  it('ends the same whichever write is refused', async () => {
    for (const refuses of writesOf(await undisturbed(steps))) await endsThrough(steps, [{ refuses }], ends);
  });

  it('leaves no timer behind when the client does not ask again', async () => {
    for (const dies of writesOf(await undisturbed(steps))) {
      const world = newWorld();
      const { answered } = await live(world, steps, { dies });
      await live(world, [...steps.slice(answered + 1).filter((step) => step === null), null]);
      for (const timer of await timersOf(world)) expectLivedOnce(timer);
    }
  });
});

describe('a timer that is being created', () => {
  const children = [create('b', 'a', { depends_on_when: 'succeeded' }), create('c', ['b', 'a'])];
  const batched = [batch(request('b', 'a', { depends_on_when: 'succeeded' }), request('c', ['b', 'a']))];
  const rivals: Record<string, [NonNullable<Step>, Timer['status'] | undefined, Timer['status']]> = {
    fires: [(deps, ctx) => fireTimer(deps, ctx, 'a'), 'expired', 'expired'],
    'is cancelled': [(deps, ctx) => cancelTimer(deps, ctx, 'a'), 'cancelled', 'cancelled'],
    'is removed': [(deps, ctx) => deleteTimer(deps, ctx, 'a'), undefined, 'cancelled'],
  };

  it.each(Object.entries(rivals))(
    'learns that its parent %s, at whatever point that happens',
    async (_, rival) => {
      const [does, parentEnd, childEnd] = rival;
      for (const steps of [children, batched]) {
        const { calls } = await live(await worldWithParent(), steps);
        for (const atCall of writesOf(calls)) {
          const world = await worldWithParent();
          await live(world, steps, { rival: { atCall, does } }).catch(ignoreUnknownParent);
          await live(world, [null]);
          const timers = await timersOf(world);
          for (const timer of timers) expectLivedOnce(timer);
          const ends = new Map(timers.map(({ id, status }) => [id, status]));
          expect(ends.get('a')).toBe(parentEnd);
          for (const id of ['b', 'c']) expect([undefined, childEnd]).toContain(ends.get(id));
          if (parentEnd !== undefined) expect([...ends.keys()].sort()).toEqual(['a', 'b', 'c']);
        }
      }
    },
  );
});

async function worldWithParent(): Promise<World> {
  const world = newWorld();
  await live(world, [create('a')]);
  return world;
}

function ignoreUnknownParent(error: unknown): void {
  if (!(error instanceof MinootsError && error.code === 'unknown_parent')) throw error;
}

async function undisturbed(steps: readonly Step[]): Promise<number> {
  return (await live(newWorld(), steps)).writes;
}

function writesOf(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n + 1);
}

/** One process after the other, each with its fate and the last without any; a client repeats what was not answered. */
async function endsThrough(
  steps: readonly Step[],
  fates: readonly Fate[],
  ends: Record<string, Timer['status']>,
): Promise<void> {
  const world = newWorld();
  let left = steps;
  for (const fate of [...fates, {}]) {
    const { answered } = await live(world, left, fate);
    left = left.slice(answered);
  }
  // As after an outage: what was not done because it failed is found by what is overdue.
  await live(world, [null]);
  await expectEnded(world, ends);
}

async function expectEnded(world: World, ends: Record<string, Timer['status']>): Promise<void> {
  const timers = await timersOf(world);
  expect(Object.fromEntries(timers.map(({ id, status }) => [id, status]))).toEqual(ends);
  for (const timer of timers) expectLivedOnce(timer);
  for (const child of timers) expectAfterParents(child, timers);
}

async function timersOf({ store }: World): Promise<Timer[]> {
  return (await store.list(TEAM, {}, 1_000)).timers;
}

/** It has come to an end, by one way only, and nothing is left to do. */
function expectLivedOnce(timer: Timer): void {
  const happened = timer.log.map(({ type }) => type);
  const ends = happened.filter((type) => type === 'timer.fired' || type === 'timer.cancelled');
  const starts = happened.filter((type) => type === 'timer.started');
  const seen = {
    id: timer.id,
    happened,
    ends: ends.length,
    restarts: starts.length > 1,
    alarmAt: alarmAt(timer),
  };
  expect(seen).toEqual({ ...seen, ends: 1, restarts: false, alarmAt: null });
}

function expectAfterParents(child: Timer, timers: readonly Timer[]): void {
  if (!('firedAt' in child)) return;
  for (const { id, outcome } of child.dependencies?.parents ?? []) {
    const parent = timers.find((timer) => timer.id === id);
    if (outcome === 'failed' || parent === undefined || !('firedAt' in parent)) continue;
    expect(child.startedAt).toBeGreaterThanOrEqual(parent.firedAt);
  }
}
