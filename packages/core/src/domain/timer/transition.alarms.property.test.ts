import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { timerInput } from '../../testing/timer-arbitraries.ts';
import { accepted, always, everyLife, type Moment, OUTCOMES, RUNS } from '../../testing/timer-lives.ts';
import { createTimer } from './create.ts';
import { isOver } from './deliveries.ts';
import type { Timer } from './state.ts';
import { attemptOf, BIRTH } from './test-timer.ts';
import { alarmAt, dueAt, dueOrLostAt, isIdle, isTerminal } from './time.ts';
import { type Transition, transition } from './transition.ts';

interface Armed {
  at: number;
  generation: number;
}

describe('the alarms of a timer', () => {
  it('include one for what comes next, so that nothing gets stuck', () => {
    everyLife((input, moments) => {
      const armed = new Set<string>(namesOf(firstAlarm(createTimer(input, BIRTH))));
      for (const { before, after, command, now, effects } of moments) {
        if (command.type === 'wake' && command.generation === before.generation) {
          // It has gone off, with those that were due before it.
          for (const name of armed) if (Number.parseInt(name, 10) <= now) armed.delete(name);
        }
        for (const effect of effects) {
          if (effect.type === 'arm') armed.add(nameOf(effect));
          if (effect.type === 'disarm') armed.delete(nameOf(effect));
        }
        const next = firstAlarm(after);
        if (next !== null) expect(armed).toContain(nameOf(next));
      }
    });
  });

  it('are enough for a clock that keeps one for each timer, the latest that was armed', () => {
    everyLife((input, moments) => {
      let kept = firstAlarm(createTimer(input, BIRTH));
      for (const { before, after, command, effects } of moments) {
        if (command.type === 'wake' && command.generation === before.generation) kept = null;
        for (const effect of effects) {
          if (effect.type === 'arm' && effect.generation >= (kept?.generation ?? 0)) kept = effect;
          if (effect.type === 'disarm' && effect.generation === kept?.generation) kept = null;
        }
        const next = firstAlarm(after);
        if (next === null) continue;
        expect(kept?.generation).toBe(next.generation);
        expect(kept?.at).toBeLessThanOrEqual(next.at);
      }
    });
  });

  it('or runners are wanted exactly while something is left to do', () => {
    always(({ after }) => {
      const isUnchecked = after.status === 'waiting' && (after.dependencies?.uncheckedSince ?? null) !== null;
      const isAtWork = after.outbox.length > 0 || !after.deliveries.every(isOver) || isUnchecked;
      expect(isIdle(after)).toBe(after.status !== 'running' && !isAtWork);
    });
  });

  it('get the timer on whenever one that is due is answered', () => {
    always((moment) => {
      if (!isAnswered(moment)) return;
      const { before, after, now } = moment;
      const due = dueOrLostAt(before);
      if (due !== null && due <= now) expect(after).not.toBe(before);
      expect(dueOrLostAt(after) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now);
    });
  });

  it('take up again what others have not been told, and parents that were not looked at', () => {
    always((moment) => {
      if (!isAnswered(moment)) return;
      const { before, effects } = moment;
      const told = effects.flatMap((effect) => (effect.type === 'tell-others' ? effect.items : []));
      expect(told).toEqual(expect.arrayContaining(before.outbox));
      const isUnchecked =
        before.status === 'waiting' && (before.dependencies?.uncheckedSince ?? null) !== null;
      expect(effects.some(({ type }) => type === 'check-parents')).toBe(isUnchecked);
    });
  });

  it('bring the timer to an end, with attempts that fail, succeed or get lost, by a runner that asks for jobs', () => {
    const fates = fc.array(fc.constantFrom('lost', ...OUTCOMES), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(timerInput, fates, fc.boolean(), fc.boolean(), (input, eachFate, met, isCancelled) => {
        const born = createTimer({ ...input, dependencies: null }, BIRTH);
        let timer = accepted(transition(born, { type: 'expect-dependents' }, BIRTH)).timer;
        if (isCancelled) timer = accepted(transition(timer, { type: 'cancel' }, BIRTH)).timer;
        let now = BIRTH;
        for (let turn = 0; !isIdle(timer); turn++) {
          expect(turn).toBeLessThan(3_000);
          now = Math.max(now, alarmAt(timer) ?? now);
          timer = answer(timer, now, met, eachFate[turn % eachFate.length]);
        }
        expect(isTerminal(timer)).toBe(true);
      }),
      RUNS,
    );
  });
});

/** What the alarm clock is to be told of a timer. */
function firstAlarm(timer: Timer): Armed | null {
  const at = dueAt(timer);
  return at === null ? null : { at, generation: timer.generation };
}

function nameOf({ at, generation }: Armed): string {
  return `${at} of ${generation}`;
}

function namesOf(alarm: Armed | null): string[] {
  return alarm === null ? [] : [nameOf(alarm)];
}

function isAnswered({ command, before }: Moment): boolean {
  return command.type === 'wake' && command.generation === before.generation;
}

/** An alarm as it is answered: others are told, a runner asks for jobs, and the first attempt under way ends as told, unless it gets lost. */
function answer(timer: Timer, now: number, met: boolean, fate: string | undefined): Timer {
  const verdict = { met, reason: 'judged' };
  const woken = accepted(transition(timer, { type: 'wake', generation: timer.generation, verdict }, now));
  const told = accepted(
    transition(woken.timer, { type: 'clear-outbox', untilVersion: woken.timer.version }, now),
  );
  const runner = { id: 'run_1', accepts: ['command'], labels: ['gpu'] } as const;
  const asked = accepted(
    transition(told.timer, { type: 'lease-jobs', runner, limit: 5, leaseMs: 30_000 }, now),
  );
  const outcome = OUTCOMES.find((each) => each === fate);
  return outcome === undefined ? asked.timer : reported(asked.timer, outcome, now).timer;
}

function reported(timer: Timer, outcome: (typeof OUTCOMES)[number], now: number): Transition {
  const { number: deliveryNumber, lease } =
    timer.deliveries.find((delivery) => delivery.lease !== null) ?? {};
  if (deliveryNumber === undefined || !lease) return { timer, effects: [] };
  const attempt = attemptOf(lease.attempt, outcome, now);
  const report = { type: 'record-outcome', deliveryNumber, attempt, retryAfterMs: null, jitter: 0 } as const;
  return accepted(transition(timer, report, now));
}
