import { describe, expect, it } from '@jest/globals';
import type { CreateTimerRequest } from '@minoots/contract';
import type { Timer } from '../../domain/timer/state.ts';
import { type Fate, live, newWorld, type Step, TEAM, type World } from '../../testing/lives.ts';
import { MinootsError } from '../errors.ts';
import { cancelLineage } from './cancel-lineage.ts';
import { createTimer } from './create.ts';

const LINE: CreateTimerRequest = {
  id: 'first',
  name: 'first',
  duration: '1m',
  events: {
    on_expire: {
      timer: {
        name: 'second',
        duration: '1m',
        events: {
          on_cancel: { timer: { name: 'instead', duration: '1m' } },
          on_expire: { actions: [{ type: 'timer', name: 'third', duration: '1h' }] },
        },
      },
    },
  },
};
const create: Step = (deps, ctx) => createTimer(deps, ctx, LINE);
const timePasses: Step = null;
/** More than a whole life here has. */
const ENOUGH = 60;

/** Cancels the line, if it is there, and keeps in mind when. */
function canceller(): { step: NonNullable<Step>; at: () => number | null } {
  let at: number | null = null;
  return {
    at: () => at,
    async step(deps, ctx) {
      try {
        await cancelLineage(deps, ctx, 'first');
        at = deps.clock.now();
      } catch (error) {
        if (!(error instanceof MinootsError && error.code === 'not_found')) throw error;
      }
    },
  };
}

async function allOf(world: World): Promise<Timer[]> {
  return (await world.store.list(TEAM, {}, 100)).timers;
}

/** Whether the line has ended: what is not cancelled fired before that. */
async function expectEnded(world: World, cancelledAt: number): Promise<void> {
  for (const timer of await allOf(world)) {
    if (timer.status === 'cancelled') continue;
    expect('firedAt' in timer ? timer.firedAt : timer.status).toBeLessThanOrEqual(cancelledAt);
  }
}

describe('a timer that an action makes', () => {
  it('is made once, whichever write is the last of the process', async () => {
    for (let dies = 1; dies < ENOUGH; dies++) {
      const world = newWorld();
      await live(world, [create, timePasses], { dies });
      await live(world, [create, timePasses]);
      const names = (await allOf(world)).map(({ name, status }) => `${name} ${status}`).sort();
      expect(names).toEqual(['first expired', 'second expired', 'third expired']);
    }
  });

  it('does not slip through a cancellation of its line, at whatever point that comes', async () => {
    let cancellations = 0;
    for (let atCall = 1; atCall < ENOUGH; atCall++) {
      const world = newWorld();
      const cancel = canceller();
      const fate: Fate = { rival: { atCall, does: cancel.step } };
      await live(world, [create, timePasses], fate);
      const at = cancel.at();
      if (at === null) continue;
      cancellations++;
      await expectEnded(world, at);
    }
    expect(cancellations).toBeGreaterThan(8);
  });

  it('does not slip through one that is repeated after a crash at any point', async () => {
    for (let atCall = 1; atCall < ENOUGH / 2; atCall++) {
      for (let dies = 1; dies < ENOUGH / 3; dies++) {
        const world = newWorld();
        const again = canceller();
        await live(world, [create, timePasses], { dies, rival: { atCall, does: canceller().step } });
        await live(world, [again.step, timePasses]);
        const at = again.at();
        if (at !== null) await expectEnded(world, at);
      }
    }
  });

  it('leaves the cancellation of a line to be repeated when that stops half-way', async () => {
    for (let dies = 1; dies < 10; dies++) {
      const world = newWorld();
      const cancel = canceller();
      await live(world, [create]);
      world.now += 60_000;
      await live(world, [canceller().step], { dies });
      await live(world, [cancel.step, timePasses]);
      await expectEnded(world, cancel.at() ?? 0);
    }
  });
});
