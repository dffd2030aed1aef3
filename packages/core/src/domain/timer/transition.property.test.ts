import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { spanMs } from '../../testing/timer-arbitraries.ts';
import { accepted, always, entriesOf, everyLife, RUNS } from '../../testing/timer-lives.ts';
import { isForRunner } from '../action.ts';
import { createTimer } from './create.ts';
import {
  MAX_ATTEMPTS_KEPT,
  MAX_DELIVERIES,
  MAX_LOG_ENTRIES,
  MAX_RECENT_COMMANDS,
  shownVersion,
  type Timer,
} from './state.ts';
import { BIRTH, command, newTimer, onExpire, timerOf } from './test-timer.ts';
import { CATCH_UP_MS, isTerminal, progress, timeRemainingMs } from './time.ts';
import { transition } from './transition.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const CATCH_UP = { byMs: CATCH_UP_MS, isRunner: false };
const wake = { type: 'wake', generation: 1, unfit: null } as const;
const runner = { id: 'run_1', accepts: ['command' as const], labels: [] };
const taking = { type: 'lease-jobs', runner, limit: 1, leaseMs: 30_000 } as const;
/** A runner that asks for jobs of which there are none. */
const passingBy = { ...taking, runner: { ...runner, accepts: ['file_write' as const] } };
/** How long after each other a job is looked at, and by whom. */
const looks = fc.array(
  fc.record({
    byMs: fc.oneof(fc.nat(DAY), fc.nat(10 * MINUTE), fc.nat(40 * DAY)),
    isRunner: fc.boolean(),
  }),
  { maxLength: 8 },
);

describe('transition', () => {
  it('leaves a terminal status only when a delivery of its expiry is opened again', () => {
    always(({ before, after, command }) => {
      if (!isTerminal(before) || after.status === before.status) return;
      const named = command.type === 'redeliver' ? [command.deliveryNumber] : [];
      const numbers = command.type === 'redeliver-many' ? command.deliveryNumbers : named;
      const opened = before.deliveries.filter(({ number }) => numbers.includes(number));
      expect(opened.map(({ trigger }) => trigger)).toContain('expire');
      expect(after.status).toBe('firing');
    });
  });

  it('ends with every delivery of its expiry over: expired when all succeeded, failed when one did not', () => {
    always(({ after }) => {
      if (after.status !== 'expired' && after.status !== 'failed') return;
      const awaited = after.deliveries.filter(({ trigger }) => trigger === 'expire');
      const unfinished = awaited.filter(({ status }) => status !== 'succeeded');
      expect(unfinished.every(({ status }) => status === 'exhausted')).toBe(true);
      expect(after.status === 'failed').toBe(unfinished.length > 0);
    });
  });

  it('never goes back from fired or ended to pending', () => {
    always(({ before, after }) => {
      const isPending = ['waiting', 'running', 'paused'].includes(after.status);
      if (isPending) expect(['waiting', 'running', 'paused']).toContain(before.status);
    });
  });

  it('fires a timer at most once, and with it every generation', () => {
    everyLife((_, moments) => {
      const fired = moments.flatMap(({ effects }) => entriesOf(effects, 'timer.fired'));
      expect(fired.length).toBeLessThanOrEqual(1);
    });
  });

  it('never fires before its time, unless told to fire now', () => {
    always(({ before, after, command, now, effects }) => {
      if (entriesOf(effects, 'timer.fired').length === 0 || command.type === 'fire-now') return;
      // A timer may learn of its parents so late that its time has passed.
      const clock = command.type === 'settle-parent' ? after : before;
      if (!('firedAt' in after) || !('fireAt' in clock)) throw new Error(`it fired out of ${before.status}`);
      expect(now).toBeGreaterThanOrEqual(clock.fireAt ?? Number.POSITIVE_INFINITY);
    });
  });

  it('drops an alarm of another generation', () => {
    always(({ before, command, result }) => {
      if (command.type !== 'wake' || command.generation === before.generation) return;
      expect(result).toEqual({ ok: true, value: { timer: before, effects: [] } });
    });
  });

  it('bumps the generation with every change of the clock and with nothing else', () => {
    const clockCommands = ['pause', 'resume', 'extend', 'reschedule', 'fire-now', 'touch', 'cancel'];
    always(({ before, after, command }) => {
      const isChanged = after !== before && clockCommands.includes(command.type);
      const isEnded = after.status === 'cancelled' && before.status !== 'cancelled';
      expect(after.generation).toBe(before.generation + (isChanged || isEnded ? 1 : 0));
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

  it('has its first span left after a touch, whatever else was done to its clock but giving it another span', () => {
    everyLife((input, moments) => {
      if (input.when.type !== 'span' || input.dependencies !== null) return;
      for (const { before, after, command, now } of moments) {
        if (command.type === 'reschedule' && command.when.type === 'span') return;
        if (command.type !== 'touch' || after === before) continue;
        expect(timeRemainingMs(after, now)).toBe(input.when.ms);
        expect([progress(after, now), after.progressTold]).toEqual([0, 0]);
      }
    });
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

  it('hands out every attempt once, under a lease, unless it was given back unmade', () => {
    everyLife((_, moments) => {
      const handedOut = new Set<string>();
      for (const { before, after, effects, command } of moments) {
        if (command.type === 'postpone' && after !== before)
          handedOut.delete(`${command.deliveryNumber}/${command.attempt}`);
        for (const effect of effects) {
          if (effect.type !== 'deliver') continue;
          const name = `${effect.deliveryNumber}/${effect.attempt}`;
          expect(handedOut).not.toContain(name);
          handedOut.add(name);
          const delivery = after.deliveries.find(({ number }) => number === effect.deliveryNumber);
          expect(delivery).toMatchObject({ status: 'delivering', lease: { attempt: effect.attempt } });
        }
      }
    });
  });

  it('keeps what it records within bounds', () => {
    always(({ after }) => {
      const kept = after.deliveries.map(({ attempts }) => attempts.length);
      expect(after.log.length).toBeLessThanOrEqual(MAX_LOG_ENTRIES);
      expect(after.recentCommands.length).toBeLessThanOrEqual(MAX_RECENT_COMMANDS);
      expect(Math.max(0, ...kept)).toBeLessThanOrEqual(MAX_ATTEMPTS_KEPT);
      expect(kept.length).toBeLessThanOrEqual(MAX_DELIVERIES);
    });
  });

  it('keeps each delivery in one state: pending with a time, queued since one, delivering under a lease, or over', () => {
    always(({ after }) => {
      for (const { status, nextAttemptAt, queuedAt, graceUntil, lease, action } of after.deliveries) {
        expect({
          due: nextAttemptAt !== null,
          queued: queuedAt !== undefined,
          leased: lease !== null,
        }).toEqual({
          due: status === 'pending',
          queued: status === 'queued',
          leased: status === 'delivering',
        });
        if (graceUntil !== undefined) expect(status).toBe('queued');
        // Runners get what is theirs, and the service what is its own.
        if (status === 'queued') expect(isForRunner(action)).toBe(true);
        if (lease !== null) expect(lease.runnerId !== undefined).toBe(isForRunner(action));
      }
    });
  });

  it('never gives a job away that another runner holds, nor takes the word of one that does not hold it', () => {
    always(({ before, after, command, now, result }) => {
      if (command.type === 'lease-jobs') {
        for (const { number, lease } of before.deliveries) {
          if (lease === null || (lease.runnerId !== undefined && lease.until <= now)) continue;
          expect(after.deliveries.find((each) => each.number === number)?.lease).toEqual(lease);
        }
      }
      const isReport = command.type === 'complete-job' || command.type === 'release-job';
      if (!isReport && command.type !== 'renew-job') return;
      if (after === before) return;
      const delivery = before.deliveries.find(({ number }) => number === command.deliveryNumber);
      expect(delivery?.lease).toMatchObject({ attempt: command.attempt, runnerId: command.runnerId });
      expect(result.ok).toBe(true);
    });
  });

  it('lets a job wait past its end only where nobody looked in time, once, and not for long', () => {
    fc.assert(
      fc.property(fc.option(fc.integer({ min: 1_000, max: 29 * DAY })), looks, (claimWithinMs, gaps) => {
        const job = claimWithinMs === null ? command : { ...command, claimWithinMs };
        const spanMs = claimWithinMs ?? DAY;
        const fired = transition(timerOf({ events: onExpire([job]) }), wake, BIRTH + MINUTE);
        let { timer } = accepted(fired);
        const end = BIRTH + MINUTE + spanMs;
        let now = BIRTH + MINUTE;
        let firstLook: number | null = null;
        for (const { byMs, isRunner } of [...gaps, { byMs: 2 * spanMs + DAY, isRunner: false }, CATCH_UP]) {
          now += byMs;
          if (now >= end) firstLook ??= now;
          const isLate = firstLook !== null && firstLook > end + CATCH_UP_MS;
          const over = isLate && firstLook !== null ? firstLook + Math.min(CATCH_UP_MS, spanMs) : end;
          const taken = accepted(transition(timer, taking, now)).timer;
          timer = accepted(transition(timer, isRunner ? passingBy : wake, now)).timer;
          const status = now >= over ? 'exhausted' : 'queued';
          expect(timer.deliveries).toMatchObject([{ status }]);
          // Whoever comes before that gets it, and nobody after.
          expect(taken.deliveries).toMatchObject([{ status: now >= over ? 'exhausted' : 'delivering' }]);
          if (status === 'exhausted') return;
        }
        throw new Error('the job never ended');
      }),
      RUNS,
    );
  });

  it('counts a version up with every change and with nothing else', () => {
    always(({ before, after }) => {
      expect(after.version).toBe(after === before ? before.version : before.version + 1);
    });
  });

  it('counts up for readers with every change but those that show nothing of themselves', () => {
    always(({ before, after, command, now }) => {
      if (after === before) return;
      const isShown = !['renew-job', 'expect-dependents', 'parents-checked', 'clear-outbox'].includes(
        command.type,
      );
      expect(shownVersion(after) - shownVersion(before)).toBe(isShown ? 1 : 0);
      if (isShown) expect(after.updatedAt).toBe(now);
      else expect(shown(after)).toEqual(shown(before));
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

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object') {
    for (const item of Object.values(value)) deepFreeze(item);
    Object.freeze(value);
  }
  return value;
}

/** A timer without what nobody is shown of it. */
function shown({ deliveries, dependencies, ...timer }: Timer): object {
  return {
    ...{ ...timer, version: 0, unshownVersions: 0, outbox: [], hasDependents: false },
    recentCommands: [],
    deliveries: deliveries.map((delivery) => ({ ...delivery, lease: null })),
    dependencies: dependencies && { ...dependencies, uncheckedSince: null },
  };
}
