import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fakeEngine } from '../../api/fake-engine.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { onExpire, webhook } from '../../domain/timer/test-timer.ts';
import type { Alarm } from '../../ports/alarm-clock.ts';
import type { TimerStore } from '../../ports/timer-store.ts';
import { fakePerformers } from '../../testing/fake-performers.ts';
import { memoryTimerStore } from '../../testing/memory-timer-store.ts';
import { sampleTimer } from '../../testing/sample-timer.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { cancelTimer } from './cancel.ts';
import { extendTimer } from './extend.ts';
import { fireTimer } from './fire.ts';
import { pauseTimer } from './pause.ts';
import { rescheduleTimer } from './reschedule.ts';
import { touchTimer } from './touch.ts';
import { wakeTimer } from './wake.ts';

const FIRES_AT = Date.UTC(2030, 0, 1);
const ID = 'tmr_raced';
const KEY = { teamId: 'team_a', timerId: ID };
const [MINUTE, HOUR] = [60_000, 3_600_000];

type Command = (deps: Deps, ctx: RequestContext) => Promise<Timer>;
const COMMANDS = {
  cancel: (deps, ctx) => cancelTimer(deps, ctx, ID),
  pause: (deps, ctx) => pauseTimer(deps, ctx, ID),
  touch: (deps, ctx) => touchTimer(deps, ctx, ID),
  extend: (deps, ctx) => extendTimer(deps, ctx, ID, { by: '1h' }),
  reschedule: (deps, ctx) => rescheduleTimer(deps, ctx, ID, { duration: '2h' }),
  fire: (deps, ctx) => fireTimer(deps, ctx, ID),
} satisfies Record<string, Command>;
type Verb = keyof typeof COMMANDS;
const verb = fc.constantFrom(...(Object.keys(COMMANDS) as Verb[]));

const race = fc.record({
  scheduler: fc.scheduler(),
  verbs: fc.array(verb, { minLength: 1, maxLength: 3 }),
  /** How often the alarm comes, and by how much the race is before or after its time, in ms. */
  alarms: fc.integer({ min: 1, max: 3 }),
  lateMs: fc.constantFrom(-1, 0, 0, 1, 500),
  hasConditions: fc.boolean(),
});

interface Told {
  verb: Verb;
  /** `ok`, or the code of the refusal. */
  answer: string;
}

describe('commands that race with the alarm of their timer (complaint 9)', () => {
  it('come true as they were answered: what was cancelled never acts, and no clock that was changed fires at its old time', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(race, async ({ scheduler, verbs, alarms, lateMs, hasConditions }) => {
        const world = newWorld(hasConditions);
        await world.timers.insert([world.timer]);
        world.now = FIRES_AT + lateMs;
        const racing = { ...world.deps, timers: interleaved(world.timers, scheduler) };
        const alarm = { ...KEY, at: FIRES_AT, generation: 1 };
        const wakes = Array.from({ length: alarms }, () => wakeTimer(racing, alarm));
        const answers = verbs.map((each) => tell(racing, each));
        const [told] = await scheduler.waitFor(Promise.all([Promise.all(answers), ...wakes]));
        // Every alarm that was ever set comes, at its time and once more, whatever was disarmed.
        world.armed.push(alarm, alarm);
        await world.letTimePass();
        const end = await world.timers.get(KEY);
        if (end === null) throw new Error('the timer is gone');
        check(told, end, world.performedAt);
        for (const { verb: each, answer } of told) seen.add(`${each} ${answer === 'ok'}`);
      }),
      { numRuns: 1_500 },
    );
    // Each of them has come in time, and too late.
    expect(seen.size).toBe(2 * Object.keys(COMMANDS).length);
  });
});

function check(told: readonly Told[], end: Timer, performedAt: readonly number[]): void {
  const ended = (each: Verb) => told.filter((one) => one.verb === each).map(({ answer }) => answer);
  const isCancelled = ended('cancel').includes('ok');
  expect(end.status).toBe(isCancelled ? 'cancelled' : end.status === 'paused' ? 'paused' : 'expired');
  expect(performedAt).toHaveLength(end.status === 'expired' ? 1 : 0);
  if (end.status === 'paused') expect(ended('pause')).toContain('ok');
  for (const { answer } of told) {
    const tooLate = end.status === 'cancelled' ? 'timer_settled' : 'timer_already_fired';
    expect(['ok', tooLate, 'invalid_state']).toContain(answer);
  }
  if (end.status !== 'expired') return;
  expect(performedAt[0]).toBeGreaterThanOrEqual(end.fireAt);
  const isTold = (...verbs: Verb[]) => told.some((one) => verbs.includes(one.verb) && one.answer === 'ok');
  if (isTold('fire') || !isTold('touch', 'extend', 'reschedule')) return;
  // A touch starts the span of a minute anew; the others put the timer off by an hour at least.
  const laterMs = isTold('touch') ? MINUTE : HOUR;
  expect(performedAt[0]).toBeGreaterThanOrEqual(FIRES_AT - 1 + laterMs);
}

async function tell(deps: Deps, each: Verb): Promise<Told> {
  const principal = { type: 'api-key', id: 'key', teamId: 'team_a', scopes: new Set<never>() } as const;
  try {
    await COMMANDS[each](deps, { principal: { ...principal, role: null, person: null } });
    return { verb: each, answer: 'ok' };
  } catch (error) {
    if (!(error instanceof MinootsError)) throw error;
    return { verb: each, answer: error.code };
  }
}

function newWorld(hasConditions: boolean) {
  const conditions = hasConditions ? ({ query: { go: true }, onUnmet: { type: 'skip' } } as const) : null;
  const world = {
    now: FIRES_AT - MINUTE,
    timers: memoryTimerStore(),
    timer: sampleTimer(
      { id: ID, events: onExpire([webhook]), conditions, metadata: { go: true } },
      FIRES_AT - MINUTE,
    ),
    armed: [] as Alarm[],
    performedAt: [] as number[],
    async letTimePass() {
      for (let count = 0; world.armed.length > 0; count++) {
        if (count > 100) throw new Error('there is no end of alarms');
        world.armed.sort((one, other) => one.at - other.at);
        const alarm = world.armed.shift();
        if (alarm === undefined) return;
        world.now = Math.max(world.now, alarm.at);
        await wakeTimer(world.deps, alarm);
      }
    },
    deps: {} as Deps,
  };
  const perform = async () => {
    world.performedAt.push(world.now);
    const answer = { responseStatus: 204, responseBody: null, error: null, retryAfterMs: null };
    return { at: world.now, durationMs: 1, outcome: 'succeeded' as const, ...answer };
  };
  world.deps = fakeEngine({
    timers: world.timers,
    clock: { now: () => world.now },
    alarms: { arm: async (alarm) => void world.armed.push(alarm), disarm: async () => {} },
    performers: fakePerformers({ webhook: { perform } }),
  });
  return world;
}

/** The store, which does what it is asked in an order of the scheduler's choice; each change takes place in one step. */
function interleaved(store: TimerStore, scheduler: fc.Scheduler): TimerStore {
  const turn = () => scheduler.schedule(Promise.resolve());
  return {
    ...store,
    get: (key) => turn().then(() => store.get(key)),
    update: (key, decide) => turn().then(() => store.update(key, decide)),
  };
}
