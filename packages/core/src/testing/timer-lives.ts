import type { JobType } from '@minoots/contract';
import fc from 'fast-check';
import type { Result } from '../domain/rejection.ts';
import type { Effect, JobReport, TimerCommand } from '../domain/timer/commands.ts';
import { createTimer, type NewTimer } from '../domain/timer/create.ts';
import type { Attempt, OutboxItem, ParentOutcome, Timer } from '../domain/timer/state.ts';
import { attemptOf, BIRTH } from '../domain/timer/test-timer.ts';
import { alarmAt } from '../domain/timer/time.ts';
import { type Transition, transition } from '../domain/timer/transition.ts';
import { PARENTS, spanMs, timerInput, when } from './timer-arbitraries.ts';

/** How often each property is tried. */
export const RUNS = { numRuns: 300 };
/** How an attempt can go. */
export const OUTCOMES: Attempt['outcome'][] = ['succeeded', 'failed', 'gone', 'refused'];
const REPORTS: JobReport['outcome'][] = ['succeeded', 'failed', 'refused'];
/** How long the runners of lives hold jobs, in ms. */
const LEASE_MS = 30_000;
const PARENT_OUTCOMES: ParentOutcome[] = ['fired', 'succeeded', 'undelivered', 'failed'];

/** A command that may depend on how the timer stands. */
type ToCommand = (timer: Timer) => TimerCommand;

/** A step of a life: time passes (or is set back), then comes a command. */
interface Step {
  /** How much time passes, or how far from the timer's next alarm the step happens. */
  passing: { ms: number } | { fromAlarmMs: number };
  commandId: string | undefined;
  toCommand: ToCommand;
}

/** One step of a life as it was lived. */
export interface Moment {
  before: Timer;
  command: TimerCommand;
  commandId: string | undefined;
  now: number;
  result: Result<Transition>;
  after: Timer;
  effects: Effect[];
}

const fixed =
  (command: TimerCommand): ToCommand =>
  () =>
    command;
const verdict = fc.boolean().map((met) => ({ met, reason: met ? 'as asked' : 'tests have not passed' }));
const wake = fc
  .record({ verdict, abandonLeases: fc.boolean(), age: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 1, 3) })
  .map(
    ({ age, ...judged }): ToCommand =>
      ({ generation }) => ({ type: 'wake', generation: generation - age, ...judged }),
  );
const ofTheClock = fc.oneof(
  fc
    .constantFrom<TimerCommand>(
      { type: 'pause' },
      { type: 'resume' },
      { type: 'resume' },
      { type: 'fire-now' },
      { type: 'cancel' },
      { type: 'end-line' },
      { type: 'touch' },
      { type: 'touch' },
      { type: 'touch' },
    )
    .map(fixed),
  spanMs.map((byMs) => fixed({ type: 'extend', byMs })),
  when.map((to) => fixed({ type: 'reschedule', when: to })),
  fc.constant(toSameInstant),
);
const report = fc.tuple(fc.constantFrom(...OUTCOMES), fc.nat(20), fc.option(fc.nat(200_000_000))).map(
  ([outcome, index, retryAfterMs]): ToCommand =>
    (timer) => {
      // Mostly of an attempt under way, sometimes of one that is not.
      const leased = timer.deliveries.filter(({ lease }) => lease !== null);
      const known = index < 18 && leased.length > 0 ? leased : timer.deliveries;
      const delivery = known[index % Math.max(1, known.length)];
      const attempt = attemptOf(delivery?.lease?.attempt ?? 1, outcome, timer.updatedAt);
      const deliveryNumber = delivery?.number ?? 99;
      return { type: 'record-outcome', deliveryNumber, attempt, retryAfterMs, jitter: 0.5 };
    },
);
/** Mostly of a job that the runner has, sometimes of another one. */
const jobOf = fc
  .tuple(fc.constantFrom('run_1', 'run_2'), fc.nat(20))
  .map(([runnerId, index]) => (timer: Timer) => {
    const held = timer.deliveries.filter(({ lease }) => lease?.runnerId === runnerId);
    const known = index < 18 && held.length > 0 ? held : timer.deliveries;
    const delivery = known[index % Math.max(1, known.length)];
    const attempt = delivery?.lease?.attempt ?? delivery?.attemptCount ?? 1;
    return { deliveryNumber: delivery?.number ?? 99, attempt, runnerId };
  });
const leasing = fc
  .record({
    id: fc.constantFrom('run_1', 'run_2'),
    accepts: fc.constantFrom<JobType[]>(['command'], ['command', 'file_write'], ['file_write']),
    labels: fc.constantFrom(['gpu'], []),
    limit: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ limit, ...runner }) => fixed({ type: 'lease-jobs', runner, limit, leaseMs: LEASE_MS }));
const ofJobs = fc.oneof(
  { weight: 3, arbitrary: leasing },
  {
    weight: 1,
    arbitrary: jobOf.map(
      (job): ToCommand =>
        (timer) => ({ type: 'renew-job', leaseMs: LEASE_MS, ...job(timer) }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(jobOf, fc.constantFrom(...REPORTS), fc.option(fc.nat(255))).map(
      ([job, outcome, exitCode]): ToCommand =>
        (timer) => {
          const report = { outcome, durationMs: 12, exitCode, error: null, output: null };
          return { type: 'complete-job', report, jitter: 0.5, ...job(timer) };
        },
    ),
  },
  {
    weight: 1,
    arbitrary: jobOf.map(
      (job): ToCommand =>
        (timer) => ({ type: 'release-job', reason: 'stops', ...job(timer) }),
    ),
  },
  { weight: 1, arbitrary: fc.constant(fixed({ type: 'give-up-jobs' })) },
);
const postponement = fc
  .record({
    index: fc.nat(5),
    endpointId: fc.constantFrom('end_a', 'end_b'),
    pauseNumber: fc.nat(3),
    inMs: fc.option(fc.nat(10_000_000)),
  })
  .map(
    ({ index, endpointId, pauseNumber, inMs }): ToCommand =>
      ({ deliveries, updatedAt }) => {
        const leased = deliveries.filter(({ lease }) => lease !== null && lease.runnerId === undefined);
        const delivery = leased[index % Math.max(1, leased.length)];
        return {
          type: 'postpone',
          deliveryNumber: delivery?.number ?? 99,
          attempt: delivery?.lease?.attempt ?? 1,
          endpointId,
          pausedAt: BIRTH + pauseNumber,
          until: inMs === null ? null : updatedAt + inMs,
          reason: 'its endpoint is paused',
        };
      },
  );
const release = fc.record({ endpointId: fc.constantFrom('end_a', 'end_b'), isProbe: fc.boolean() }).map(
  (fields): ToCommand =>
    ({ updatedAt }) => ({ type: 'release', at: updatedAt, ...fields }),
);
const deliveryNumber = fc.integer({ min: 0, max: 9 });
const redelivery = fc.oneof(
  deliveryNumber.map((number) => fixed({ type: 'redeliver', deliveryNumber: number })),
  fc
    .array(deliveryNumber, { maxLength: 3 })
    .map((deliveryNumbers) => fixed({ type: 'redeliver-many', deliveryNumbers })),
);
const newsOfParent = fc
  .tuple(
    fc.constantFrom(...PARENTS, 'tmr_stranger'),
    fc.constantFrom(...PARENT_OUTCOMES),
    fc.option(fc.nat(100_000)),
  )
  .map(
    ([parentId, outcome, agoMs]): ToCommand =>
      ({ updatedAt }) => {
        const at = agoMs === null ? {} : { at: updatedAt - agoMs };
        return { type: 'settle-parent', parentId, outcome, ...at };
      },
  );
const clearing = fc.nat(3).map(
  (index): ToCommand =>
    ({ outbox, version }) => ({
      type: 'clear-outbox',
      untilVersion: outbox[index]?.version ?? version,
    }),
);
const anyCommand = fc.oneof(
  { weight: 9, arbitrary: wake },
  { weight: 7, arbitrary: ofTheClock },
  { weight: 1, arbitrary: fc.string().map((name) => fixed({ type: 'update', changes: { name } })) },
  { weight: 6, arbitrary: report },
  { weight: 6, arbitrary: ofJobs },
  { weight: 2, arbitrary: fc.oneof(postponement, release) },
  { weight: 2, arbitrary: redelivery },
  { weight: 3, arbitrary: newsOfParent },
  { weight: 2, arbitrary: clearing },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom<TimerCommand>({ type: 'expect-dependents' }, { type: 'parents-checked' })
      .map(fixed),
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
const life = fc.tuple(timerInput, fc.array(step, { maxLength: 40, size: 'max' }));

/** Says that something holds at every moment of every life. */
export function always(check: (moment: Moment) => void): void {
  everyLife((_, moments) => {
    for (const moment of moments) check(moment);
  });
}

/** Says that something holds of every life as a whole. */
export function everyLife(check: (input: NewTimer, moments: Moment[]) => void): void {
  fc.assert(
    fc.property(life, ([input, steps]) => check(input, [...live(input, steps)])),
    RUNS,
  );
}

function* live(input: NewTimer, steps: Step[]): Generator<Moment> {
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
    const effects = result.ok ? result.value.effects : [];
    yield { before, command, commandId, now, result, after: timer, effects };
  }
}

/** What a command made of a timer; throws when it was refused. */
export function accepted(result: Result<Transition>): Transition {
  if (!result.ok) throw new Error(result.detail);
  return result.value;
}

/** The log entries of a type that effects tell of. */
export function entriesOf(effects: Effect[], type: string) {
  return effects.flatMap((effect) =>
    effect.type === 'notify' && effect.entry.type === type ? [effect.entry] : [],
  );
}

/** What a change puts into the outbox, and tells at once. */
export function newsOf({ before, effects }: Pick<Moment, 'before' | 'effects'>): OutboxItem[] {
  const told = effects.flatMap((effect) => (effect.type === 'tell-others' ? effect.items : []));
  return told.filter(({ version }) => version > before.version);
}

/** Sets the clock to what it is set to already. */
function toSameInstant(timer: Timer): TimerCommand {
  return { type: 'reschedule', when: { type: 'instant', at: alarmAt(timer) ?? timer.updatedAt } };
}
