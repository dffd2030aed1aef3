import fc from 'fast-check';
import type { Action } from '../domain/action.ts';
import type { RetryPolicy } from '../domain/retry.ts';
import type { NewTimer } from '../domain/timer/create.ts';
import type { Conditions, Dependencies, EventActions } from '../domain/timer/state.ts';
import { BIRTH, command, message, newTimer, webhook } from '../domain/timer/test-timer.ts';

/** The parents of the timers that have some. */
export const PARENTS = ['tmr_a', 'tmr_b'];
const PLAIN = { noNullPrototype: true } as const;

/** From a moment to ten years, in ms. */
export const spanMs = fc.oneof(
  fc.integer({ min: 1, max: 10_000 }),
  fc.integer({ min: 1, max: 10 * 365 * 86_400_000 }),
);
const instant = fc.integer({ min: -100_000, max: 100_000 }).map((offset) => BIRTH + offset);
/** When a timer is to fire. */
export const when = fc.oneof(
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
const actions = (minLength: number) =>
  fc.array(
    fc.constantFrom<Action>(webhook, message, command, {
      ...command,
      runsOn: ['gpu'],
      claimWithinMs: 60_000,
    }),
    {
      minLength,
      maxLength: 2,
    },
  );
const shares = fc
  .uniqueArray(fc.integer({ min: 1, max: 9_999 }), { minLength: 1, maxLength: 4 })
  .map((each) => each.map((share) => share / 100 / 100).sort((a, b) => a - b));
const events: fc.Arbitrary<EventActions> = fc.record(
  {
    expire: actions(0),
    cancel: actions(0),
    failure: actions(0),
    progress: fc.option(fc.record({ shares, actions: actions(1) }, PLAIN)),
  },
  PLAIN,
);
const dependencies: fc.Arbitrary<Dependencies> = fc.record(
  {
    parents: fc.constant(PARENTS.map((id) => ({ id, outcome: null }))),
    when: fc.constantFrom('fired' as const, 'succeeded' as const),
    onFailure: fc.constantFrom('cancel' as const, 'start' as const),
    uncheckedSince: fc.option(fc.constant(BIRTH)),
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

/** All that makes a timer, of every kind. */
export const timerInput: fc.Arbitrary<NewTimer> = fc
  .record({
    when,
    retry,
    events,
    dependencies: fc.option(dependencies, { freq: 2 }),
    conditions: fc.option(conditions, { freq: 2 }),
    scheduleId: fc.option(fc.constant('sch_1')),
  })
  .map(newTimer);
