import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Action } from '../action.ts';
import type { Result } from '../rejection.ts';
import type { RetryPolicy } from '../retry.ts';
import type { Effect, TimerCommand } from './commands.ts';
import { createTimer, type NewTimer } from './create.ts';
import {
  type Attempt,
  type Conditions,
  type Dependencies,
  MAX_ATTEMPTS_KEPT,
  MAX_LOG_ENTRIES,
  MAX_RECENT_COMMANDS,
  type ParentOutcome,
  type Timer,
} from './state.ts';
import { attemptOf, BIRTH, message, newTimer, webhook } from './test-timer.ts';
import { alarmAt, dueAt, isTerminal, progress, timeRemainingMs } from './time.ts';
import { type Transition, transition } from './transition.ts';

const RUNS = { numRuns: 300 };
const PLAIN = { noNullPrototype: true } as const;
const PARENTS = ['tmr_a', 'tmr_b'];
const PARENT_OUTCOMES: ParentOutcome[] = ['fired', 'succeeded', 'undelivered', 'failed'];
const OUTCOMES: Attempt['outcome'][] = ['succeeded', 'failed', 'gone', 'refused'];

const spanMs = fc.oneof(
  fc.integer({ min: 1, max: 10_000 }),
  fc.integer({ min: 1, max: 10 * 365 * 86_400_000 }),
);
const instant = fc.integer({ min: -100_000, max: 100_000 }).map((offset) => BIRTH + offset);
const when = fc.oneof(
  spanMs.map((ms) => ({ type: 'span' as const, ms })),
  instant.map((at) => ({ type: 'instant' as const, at })),
);
const retry: fc.Arbitrary<RetryPolicy> = fc.oneof(
  fc.constantFrom<RetryPolicy>({ type: 'standard' }, { type: 'quick' }),
  fc.record(
    {
      type: fc.constant('geometric' as const),
      maxAttempts: fc.integer({ min: 1, max: 30 }),
      initialMs: fc.integer({ min: 100, max: 86_400_000 }),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
      maxMs: fc.integer({ min: 100, max: 604_800_000 }),
    },
    PLAIN,
  ),
);
const dependencies: fc.Arbitrary<Dependencies> = fc.record(
  {
    parents: fc.constant(PARENTS.map((id) => ({ id, outcome: null }))),
    when: fc.constantFrom('fired' as const, 'succeeded' as const),
    onFailure: fc.constantFrom('cancel' as const, 'start' as const),
  },
  PLAIN,
);
const conditions: fc.Arbitrary<Conditions> = fc.record(
  {
    query: fc.constant({ environment: 'production' }),
    onUnmet: fc.oneof(
      fc.constant({ type: 'skip' as const }),
      fc.record(
        {
          type: fc.constant('recheck' as const),
          everyMs: fc.integer({ min: 1_000, max: 60_000 }),
          giveUpAfterMs: fc.integer({ min: 1, max: 600_000 }),
        },
        PLAIN,
      ),
    ),
  },
  PLAIN,
);
const timerInput: fc.Arbitrary<NewTimer> = fc
  .record({
    when,
    retry,
    events,
    dependencies: fc.option(dependencies),
    conditions: fc.option(conditions),
    scheduleId: fc.option(fc.constant('sch_1')),
  })
  .map(newTimer);

/** A step of a story: time passes (or is set back), then a command that may depend on how the timer stands. */
interface Step {
  /** How much time passes, or how far from the timer's next alarm the step happens. */
  passing: { ms: number } | { fromAlarmMs: number };
  commandId: string | undefined;
  toCommand: (timer: Timer) => TimerCommand;
}

const verdict = fc.boolean().map((met) => ({ met, reason: met ? 'as asked' : 'tests have not passed' }));
const anyCommand: fc.Arbitrary<Step['toCommand']> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(verdict, fc.boolean())
      .map(([judged, abandonLeases]) => wakeNow(judged, abandonLeases)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(verdict, fc.integer({ min: 1, max: 3 }))
      .map(([judged, age]) => staleWake(judged, age)),
  },
  { weight: 2, arbitrary: fc.constantFrom<TimerCommand>({ type: 'pause' }, { type: 'resume' }).map(fixed) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<TimerCommand>({ type: 'fire-now' }, { type: 'cancel' }).map(fixed),
  },
  { weight: 1, arbitrary: spanMs.map((byMs) => fixed({ type: 'extend', byMs })) },
  { weight: 1, arbitrary: when.map((to) => fixed({ type: 'reschedule', when: to })) },
  { weight: 1, arbitrary: fc.constant(toSameInstant) },
  { weight: 1, arbitrary: fc.string().map((name) => fixed({ type: 'update', changes: { name } })) },
  {
    weight: 5,
    arbitrary: fc.tuple(fc.constantFrom(...OUTCOMES), fc.nat(3), fc.option(fc.nat(200_000_000))).map(report),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 0, max: 4 })
      .map((deliveryNumber) => fixed({ type: 'redeliver', deliveryNumber })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...PARENTS, 'tmr_stranger'), fc.constantFrom(...PARENT_OUTCOMES))
      .map(([parentId, outcome]) => fixed({ type: 'settle-parent', parentId, outcome })),
  },
);
const step: fc.Arbitrary<Step> = fc.record({
  passing: fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: -3, max: 3 }).map((fromAlarmMs) => ({ fromAlarmMs })) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 20_000 }).map((ms) => ({ ms })) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 400 * 86_400_000 }).map((ms) => ({ ms })) },
    { weight: 1, arbitrary: fc.integer({ min: -30_000, max: -1 }).map((ms) => ({ ms })) },
  ),
  commandId: fc.option(fc.integer({ min: 1, max: 30 }).map(String), { nil: undefined }),
  toCommand: anyCommand,
});
const story = fc.tuple(timerInput, fc.array(step, { maxLength: 40, size: 'max' }));

/** One step of a story as it was lived. */
interface Moment {
  before: Timer;
  command: TimerCommand;
  commandId: string | undefined;
  now: number;
  result: Result<Transition>;
  after: Timer;
  effects: Effect[];
}

function* live([input, steps]: [NewTimer, Step[]]): Generator<Moment> {
  let now = BIRTH;
  let timer = createTimer(input, now);
  for (const { passing, commandId: requestId, toCommand } of steps) {
    now = 'ms' in passing ? now + passing.ms : Math.max(now, (alarmAt(timer) ?? now) + passing.fromAlarmMs);
    const before = timer;
    const command = toCommand(before);
    const isRequest = command.type !== 'wake' && command.type !== 'record-outcome';
    const commandId = isRequest ? requestId : undefined;
    const result = transition(before, command, now, commandId);
    timer = result.ok ? result.value.timer : before;
    yield {
      before,
      command,
      commandId,
      now,
      result,
      after: timer,
      effects: result.ok ? result.value.effects : [],
    };
  }
}

/** Says that something holds at every moment of every story. */
function always(check: (moment: Moment) => void): void {
  fc.assert(
    fc.property(story, (told) => {
      for (const moment of live(told)) check(moment);
    }),
    RUNS,
  );
}

function entriesOf(effects: Effect[], type: string) {
  return effects.flatMap((effect) =>
    effect.type === 'notify' && effect.entry.type === type ? [effect.entry] : [],
  );
}

describe('transition', () => {
  it('leaves a terminal status by redelivery only', () => {
    always(({ before, after, command }) => {
      if (isTerminal(before) && command.type !== 'redeliver') expect(after.status).toBe(before.status);
    });
  });

  it('never goes back from fired or ended to pending', () => {
    always(({ before, after }) => {
      const isPending = ['waiting', 'running', 'paused'].includes(after.status);
      if (isPending) expect(['waiting', 'running', 'paused']).toContain(before.status);
    });
  });

  it('fires a timer at most once, and with it every generation', () => {
    fc.assert(
      fc.property(story, (told) => {
        const fired = [...live(told)].flatMap(({ effects }) => entriesOf(effects, 'timer.fired'));
        expect(fired.length).toBeLessThanOrEqual(1);
      }),
      RUNS,
    );
  });

  it('never fires before its time, unless told to fire now', () => {
    always(({ before, command, now, effects }) => {
      if (entriesOf(effects, 'timer.fired').length === 0 || command.type === 'fire-now') return;
      expect(before.status).toBe('running');
      if (before.status === 'running') expect(now).toBeGreaterThanOrEqual(before.fireAt);
    });
  });

  it('drops an alarm of another generation', () => {
    always(({ before, command, result }) => {
      if (command.type !== 'wake' || command.generation === before.generation) return;
      expect(result).toEqual({ ok: true, value: { timer: before, effects: [] } });
    });
  });

  it('bumps the generation with every change of the clock and with nothing else', () => {
    const clockCommands = ['pause', 'resume', 'extend', 'reschedule', 'fire-now', 'cancel'];
    always(({ before, after, command }) => {
      const isChanged = after !== before && clockCommands.includes(command.type);
      const isEndedByParent = after.status === 'cancelled' && before.status === 'waiting';
      expect(after.generation).toBe(before.generation + (isChanged || isEndedByParent ? 1 : 0));
    });
  });

  it('keeps the remaining time at 0 or more and the progress from 0 to 1, whenever it is asked', () => {
    always(({ after, now }) => {
      const instants = [now, now - 1e9, now + 1e9, 0, 1e14];
      expect(Math.min(...instants.map((at) => timeRemainingMs(after, at)))).toBeGreaterThanOrEqual(0);
      const shares = instants.map((at) => progress(after, at));
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...shares)).toBeLessThanOrEqual(1);
    });
  });

  it('keeps the remaining time over pause and resume, however long the pause', () => {
    fc.assert(
      fc.property(spanMs, fc.nat(100_000), fc.nat(1_000_000_000), (ms, runMs, pauseMs) => {
        const timer = createTimer(newTimer({ when: { type: 'span', ms } }), BIRTH);
        const pausedAt = BIRTH + runMs;
        const paused = accepted(transition(timer, { type: 'pause' }, pausedAt)).timer;
        expect(timeRemainingMs(paused, pausedAt + pauseMs)).toBe(Math.max(0, ms - runMs));
        const resumed = accepted(transition(paused, { type: 'resume' }, pausedAt + pauseMs)).timer;
        expect(timeRemainingMs(resumed, pausedAt + pauseMs)).toBe(Math.max(0, ms - runMs));
        expect(progress(resumed, pausedAt + pauseMs)).toBe(progress(timer, pausedAt));
      }),
      RUNS,
    );
  });

  it('changes nothing at a command whose id it has seen', () => {
    always(({ after, command, commandId, now, result }) => {
      if (commandId === undefined || !result.ok || !after.recentCommands.includes(commandId)) return;
      expect(transition(after, command, now + 1, commandId)).toEqual({
        ok: true,
        value: { timer: after, effects: [] },
      });
    });
  });

  it('always has an alarm armed for what comes next, so that nothing gets stuck', () => {
    fc.assert(
      fc.property(story, (told) => {
        const born = createTimer(told[0], BIRTH);
        const armed = new Set([`${dueAt(born)} of ${born.generation}`]);
        for (const { before, after, command, now, effects } of live(told)) {
          if (command.type === 'wake' && command.generation === before.generation) {
            // It has gone off, with those that were due before it.
            for (const alarm of armed) if (Number.parseInt(alarm, 10) <= now) armed.delete(alarm);
          }
          for (const effect of effects) {
            if (effect.type === 'arm') armed.add(`${effect.at} of ${effect.generation}`);
            if (effect.type === 'disarm') armed.delete(`${effect.at} of ${effect.generation}`);
          }
          const wanted = dueAt(after);
          if (wanted !== null) expect(armed).toContain(`${wanted} of ${after.generation}`);
          expect(alarmAt(after) !== null).toBe(after.status === 'running' || after.status === 'firing');
        }
      }),
      RUNS,
    );
  });

  it('gets on whenever a due alarm is answered', () => {
    always(({ before, after, command, now }) => {
      const due = alarmAt(before);
      if (command.type !== 'wake' || command.generation !== before.generation || due === null || due > now)
        return;
      expect(after).not.toBe(before);
      expect(alarmAt(after) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now);
    });
  });

  it('comes to an end when every alarm is answered, with attempts that fail, succeed or get lost', () => {
    const fate = fc.constantFrom('lost', ...OUTCOMES);
    fc.assert(
      fc.property(
        timerInput,
        fc.array(fate, { minLength: 1, maxLength: 10 }),
        fc.boolean(),
        (input, fates, met) => {
          let timer = createTimer({ ...input, dependencies: null }, BIRTH);
          let now = BIRTH;
          for (let turn = 0; !isTerminal(timer); turn++) {
            expect(turn).toBeLessThan(1_000);
            now = Math.max(now, alarmAt(timer) ?? Number.NaN);
            const wake = {
              type: 'wake',
              generation: timer.generation,
              verdict: { met, reason: 'judged' },
            } as const;
            timer = accepted(transition(timer, wake, now)).timer;
            const outcome = fates[turn % fates.length];
            const { lease, number } = timer.deliveries.find((delivery) => delivery.lease !== null) ?? {
              lease: null,
              number: 0,
            };
            if (lease === null || outcome === undefined || outcome === 'lost') continue;
            const attempt = attemptOf(lease.attempt, outcome, now);
            const told = {
              type: 'record-outcome',
              deliveryNumber: number,
              attempt,
              retryAfterMs: null,
              jitter: 0,
            } as const;
            timer = accepted(transition(timer, told, now)).timer;
          }
        },
      ),
      RUNS,
    );
  });

  it('hands out every attempt once, under a lease', () => {
    fc.assert(
      fc.property(story, (told) => {
        const handedOut = new Set<string>();
        for (const { after, effects } of live(told)) {
          for (const effect of effects) {
            if (effect.type !== 'deliver') continue;
            const name = `${effect.deliveryNumber}/${effect.attempt}`;
            expect(handedOut).not.toContain(name);
            handedOut.add(name);
            const delivery = after.deliveries.find(({ number }) => number === effect.deliveryNumber);
            expect(delivery).toMatchObject({ status: 'delivering', lease: { attempt: effect.attempt } });
          }
        }
      }),
      RUNS,
    );
  });

  it('keeps what it records within bounds', () => {
    always(({ after }) => {
      const kept = after.deliveries.map(({ attempts }) => attempts.length);
      expect(after.log.length).toBeLessThanOrEqual(MAX_LOG_ENTRIES);
      expect(after.recentCommands.length).toBeLessThanOrEqual(MAX_RECENT_COMMANDS);
      expect(Math.max(0, ...kept)).toBeLessThanOrEqual(MAX_ATTEMPTS_KEPT);
    });
  });

  it('keeps each delivery in one state: pending with a time, delivering under a lease, or over', () => {
    always(({ after }) => {
      for (const { status, nextAttemptAt, lease } of after.deliveries) {
        expect({ due: nextAttemptAt !== null, leased: lease !== null }).toEqual({
          due: status === 'pending',
          leased: status === 'delivering',
        });
      }
    });
  });

  it('ends with every delivery over: expired when all succeeded, failed when one did not', () => {
    always(({ after }) => {
      if (!isTerminal(after)) return;
      const unfinished = after.deliveries.filter(({ status }) => status !== 'succeeded');
      expect(unfinished.every(({ status }) => status === 'exhausted')).toBe(true);
      expect(after.status === 'failed').toBe(unfinished.length > 0);
    });
  });

  it('counts a version up with every change and with nothing else', () => {
    always(({ before, after }) => {
      expect(after.version).toBe(after === before ? before.version : before.version + 1);
    });
  });

  it('asks for the next occurrence exactly once, when the timer stops pending', () => {
    fc.assert(
      fc.property(story, (told) => {
        const moments = [...live(told)];
        const asked = moments.flatMap(({ effects }) => effects.filter(({ type }) => type === 'spawn-next'));
        const last = moments.at(-1)?.after;
        const isPending = last === undefined || ['waiting', 'running', 'paused'].includes(last.status);
        expect(asked).toHaveLength(told[0].scheduleId === null || isPending ? 0 : 1);
      }),
      RUNS,
    );
  });

  it('tells dependents of every firing and every end', () => {
    always(({ before, after, effects }) => {
      const told = effects.flatMap((effect) => (effect.type === 'wake-dependents' ? [effect.outcome] : []));
      const news = after.status !== before.status && !['waiting', 'running', 'paused'].includes(after.status);
      expect(told).toHaveLength(news ? 1 : 0);
    });
  });

  it('is pure: it leaves the timer it was given alone, and answers the same again', () => {
    always(({ before, command, commandId, now, result }) => {
      const frozen = deepFreeze(structuredClone(before));
      expect(transition(frozen, command, now, commandId)).toEqual(result);
    });
  });

  it('makes timers that survive being written down as JSON', () => {
    always(({ after }) => {
      expect(JSON.parse(JSON.stringify(after))).toStrictEqual(after);
    });
  });
});

function fixed(command: TimerCommand): Step['toCommand'] {
  return () => command;
}

function wakeNow(judged: { met: boolean; reason: string }, abandonLeases: boolean): Step['toCommand'] {
  return (timer) => ({ type: 'wake', generation: timer.generation, verdict: judged, abandonLeases });
}

function staleWake(judged: { met: boolean; reason: string }, age: number): Step['toCommand'] {
  return (timer) => ({ type: 'wake', generation: timer.generation - age, verdict: judged });
}

/** Sets the clock to what it is set to already. */
function toSameInstant(timer: Timer): TimerCommand {
  return { type: 'reschedule', when: { type: 'instant', at: alarmAt(timer) ?? timer.updatedAt } };
}

/** The outcome of the attempt under way at some delivery, or of one that is not. */
function report([outcome, index, retryAfterMs]: [
  Attempt['outcome'],
  number,
  number | null,
]): Step['toCommand'] {
  return (timer) => {
    const delivery = timer.deliveries[index];
    const attempt = attemptOf(delivery?.lease?.attempt ?? 1, outcome, timer.updatedAt);
    return {
      type: 'record-outcome',
      deliveryNumber: delivery?.number ?? 9,
      attempt,
      retryAfterMs,
      jitter: 0.5,
    };
  };
}

function accepted(result: Result<Transition>): Transition {
  if (!result.ok) throw new Error(result.detail);
  return result.value;
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object') {
    for (const item of Object.values(value)) deepFreeze(item);
    Object.freeze(value);
  }
  return value;
}
