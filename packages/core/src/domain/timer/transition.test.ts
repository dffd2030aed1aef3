import { describe, expect, it } from '@jest/globals';
import { MAX_SPAN_MS } from '../duration.ts';
import type { TimerCommand } from './commands.ts';
import { MAX_ATTEMPTS_KEPT, MAX_LOG_ENTRIES } from './state.ts';
import { given, type Story } from './test-story.ts';
import { BIRTH, message, onExpire, webhook } from './test-timer.ts';
import { alarmAt, progress, timeRemainingMs } from './time.ts';
import { transition } from './transition.ts';

const MINUTE = 60_000;

const settled: [string, Story][] = [
  ['expired', given({ events: onExpire([]) }).wake(MINUTE)],
  ['failed', given().wake(MINUTE).report('gone', MINUTE)],
  [
    'skipped',
    given({ conditions: { query: {}, onUnmet: { type: 'skip' } } }).wake(MINUTE, { verdict: unmet() }),
  ],
  ['cancelled', given().when({ type: 'cancel' }, 0)],
];

function unmet() {
  return { met: false, reason: 'tests_passed is false' };
}

function refusal(story: Story, command: TimerCommand, afterMs: number) {
  const result = transition(story.timer, command, BIRTH + afterMs);
  if (result.ok) throw new Error(`${command.type} was accepted`);
  return result;
}

describe('a timer that is created', () => {
  it('runs at once when it waits for nothing', () => {
    const { timer } = given();
    expect(timer).toMatchObject({
      status: 'running',
      startedAt: BIRTH,
      fireAt: BIRTH + MINUTE,
      generation: 1,
      version: 1,
    });
    expect(alarmAt(timer)).toBe(BIRTH + MINUTE);
    expect(timer.log).toEqual([
      { at: BIRTH, type: 'timer.created', message: 'Created by key_1', version: 1 },
    ]);
  });

  it('is due at once when its instant has passed', () => {
    const { timer } = given({ when: { type: 'instant', at: BIRTH - 5 } });
    expect(timer).toMatchObject({ status: 'running', fireAt: BIRTH - 5, totalMs: 0 });
    expect(progress(timer, BIRTH)).toBe(1);
    expect(given({ when: { type: 'instant', at: BIRTH - 5 } }).wake(0).timer).toMatchObject({ driftMs: 5 });
  });
});

describe('a running timer', () => {
  it('fires when its alarm goes off, and hands out every action', () => {
    const { timer, told, effects } = given({ events: onExpire([webhook, message]) }).wake(MINUTE + 7);
    expect(timer).toMatchObject({
      status: 'firing',
      firedAt: BIRTH + MINUTE + 7,
      driftMs: 7,
      settledAt: null,
    });
    expect(told).toEqual(['timer.fired']);
    expect(effects).toEqual(
      expect.arrayContaining([
        { type: 'deliver', deliveryNumber: 1, attempt: 1 },
        { type: 'deliver', deliveryNumber: 2, attempt: 1 },
      ]),
    );
  });

  it('expires at once when it has no actions', () => {
    const { timer, told, effects } = given({ events: onExpire([]) }).wake(MINUTE);
    expect(timer).toMatchObject({ status: 'expired', settledAt: BIRTH + MINUTE, deliveries: [] });
    expect(told).toEqual(['timer.fired', 'timer.expired']);
    expect(effects.filter(({ type }) => type === 'arm' || type === 'disarm')).toEqual([]);
  });

  it('arms again when its alarm comes early', () => {
    const story = given();
    const early = story.wake(MINUTE - 1);
    expect(early.timer).toBe(story.timer);
    expect(early.effects).toEqual([{ type: 'arm', at: BIRTH + MINUTE, generation: 1 }]);
  });

  it('drops an alarm of an older generation', () => {
    const extended = given().when({ type: 'extend', byMs: 1 }, 0);
    const late = extended.when({ type: 'wake', generation: 1 }, 10 * MINUTE);
    expect(late.timer).toBe(extended.timer);
    expect(late.effects).toEqual([]);
  });

  it('keeps its remaining time while it is paused', () => {
    const paused = given().when({ type: 'pause' }, 20_000);
    expect(paused.timer).toMatchObject({ status: 'paused', remainingMs: 40_000, generation: 2 });
    expect(paused.effects).toContainEqual({ type: 'disarm', at: BIRTH + MINUTE, generation: 1 });
    expect(alarmAt(paused.timer)).toBeNull();
    expect(progress(paused.timer, BIRTH + MINUTE)).toBeCloseTo(1 / 3);

    const resumed = paused.when({ type: 'resume' }, 10 * MINUTE);
    expect(resumed.timer).toMatchObject({
      status: 'running',
      fireAt: BIRTH + 10 * MINUTE + 40_000,
      generation: 3,
    });
    expect(resumed.effects).toContainEqual({ type: 'arm', at: BIRTH + 10 * MINUTE + 40_000, generation: 3 });
    expect(resumed.wake(10 * MINUTE + 40_000).timer).toMatchObject({ status: 'firing', driftMs: 0 });
  });

  it.each([
    ['pause', given().when({ type: 'pause' }, 0)],
    ['resume', given()],
    ['cancel', given().when({ type: 'cancel' }, 0)],
  ] as const)('takes a %s again without changing', (type, story) => {
    const again = story.when({ type }, 1_000);
    expect(again.timer).toBe(story.timer);
    expect(again.effects).toEqual([]);
  });

  it('is extended by what is added to the remaining time', () => {
    const extended = given().when({ type: 'extend', byMs: MINUTE }, 30_000);
    expect(extended.timer).toMatchObject({ fireAt: BIRTH + 2 * MINUTE, generation: 2 });
    expect(progress(extended.timer, BIRTH + 30_000)).toBe(0.25);
  });

  it('arms its new alarm before it gives up the old one', () => {
    const { effects } = given().when({ type: 'extend', byMs: MINUTE }, 30_000);
    expect(effects.filter(({ type }) => type === 'arm' || type === 'disarm')).toEqual([
      { type: 'arm', at: BIRTH + 2 * MINUTE, generation: 2 },
      { type: 'disarm', at: BIRTH + MINUTE, generation: 1 },
    ]);
  });

  it('keeps the alarm that fires it until its attempts are recorded, and arms none for their leases', () => {
    const { effects } = given({ events: onExpire([webhook]) }).wake(MINUTE);
    expect(effects.filter(({ type }) => type === 'arm' || type === 'disarm')).toEqual([]);
  });

  it('is extended from now when it is overdue', () => {
    const { timer } = given().when({ type: 'extend', byMs: 1_000 }, 5 * MINUTE);
    expect(timer).toMatchObject({ fireAt: BIRTH + 5 * MINUTE + 1_000 });
  });

  it('is not extended beyond ten years', () => {
    expect(refusal(given(), { type: 'extend', byMs: MAX_SPAN_MS }, 0)).toMatchObject({
      code: 'invalid_request',
      pointer: '/by',
    });
  });

  it.each([
    [{ type: 'span', ms: 5_000 }, 35_000],
    [{ type: 'instant', at: BIRTH + 90_000 }, 90_000],
    [{ type: 'instant', at: BIRTH - 1 }, -1],
  ] as const)('is rescheduled to %j', (when, fireAfterMs) => {
    const moved = given().when({ type: 'reschedule', when }, 30_000);
    expect(moved.timer).toMatchObject({ status: 'running', fireAt: BIRTH + fireAfterMs, generation: 2 });
    expect(moved.effects).toContainEqual({ type: 'arm', at: BIRTH + fireAfterMs, generation: 2 });
  });

  it('arms its alarm under the new generation even when the instant stays', () => {
    const same = { type: 'reschedule', when: { type: 'instant', at: BIRTH + MINUTE } } as const;
    expect(given().when(same, 1_000).effects).toContainEqual({
      type: 'arm',
      at: BIRTH + MINUTE,
      generation: 2,
    });
  });

  it('fires by request at once; its old alarm then changes nothing', () => {
    const fired = given().when({ type: 'fire-now' }, 1_000);
    expect(fired.timer).toMatchObject({
      status: 'firing',
      fireAt: BIRTH + 1_000,
      firedAt: BIRTH + 1_000,
      generation: 2,
    });
    expect(fired.effects).toContainEqual({ type: 'arm', at: BIRTH + 1_000, generation: 2 });
    expect(fired.when({ type: 'wake', generation: 1 }, MINUTE).timer).toBe(fired.timer);
    expect(fired.wake(1_000).effects).toContainEqual({ type: 'deliver', deliveryNumber: 1, attempt: 1 });
  });

  it('is cancelled for good', () => {
    const cancelled = given().when({ type: 'cancel' }, 1_000);
    expect(cancelled.timer).toMatchObject({ status: 'cancelled', settledAt: BIRTH + 1_000, generation: 2 });
    expect(cancelled.wake(MINUTE).timer).toBe(cancelled.timer);
  });

  it('changes its name without touching its clock', () => {
    const renamed = given().when({ type: 'update', changes: { name: 'other', agentId: null } }, 1_000);
    expect(renamed.timer).toMatchObject({
      name: 'other',
      generation: 1,
      version: 2,
      updatedAt: BIRTH + 1_000,
    });
    expect(renamed.effects).toHaveLength(1);
    expect(renamed.told).toEqual(['timer.updated']);
  });
});

describe('a paused timer', () => {
  const paused = given().when({ type: 'pause' }, 20_000);

  it.each([
    [{ type: 'extend', byMs: 5_000 }, 45_000],
    [{ type: 'reschedule', when: { type: 'span', ms: 5_000 } }, 5_000],
    [{ type: 'reschedule', when: { type: 'instant', at: BIRTH + 100_000 } }, 70_000],
    [{ type: 'reschedule', when: { type: 'instant', at: BIRTH } }, 0],
  ] as const)('stays paused at %j and has %d ms left', (command, remainingMs) => {
    const { timer } = paused.when(command, 30_000);
    expect(timer).toMatchObject({ status: 'paused', generation: 3 });
    expect(timeRemainingMs(timer, BIRTH)).toBe(remainingMs);
  });

  it('fires by request', () => {
    expect(paused.when({ type: 'fire-now' }, 30_000).timer).toMatchObject({ status: 'firing', driftMs: 0 });
  });

  it('is not fired by its old alarm', () => {
    expect(paused.when({ type: 'wake', generation: 1 }, MINUTE).timer).toBe(paused.timer);
  });
});

describe.each(settled)('a timer that is %s', (status, story) => {
  const clockCommands: TimerCommand[] = [
    { type: 'pause' },
    { type: 'resume' },
    { type: 'extend', byMs: 1 },
    { type: 'reschedule', when: { type: 'span', ms: 1 } },
    { type: 'fire-now' },
  ];
  const code = status === 'skipped' || status === 'cancelled' ? 'timer_settled' : 'timer_already_fired';

  it.each(clockCommands)('refuses $type', (command) => {
    expect(refusal(story, command, 2 * MINUTE)).toMatchObject({ code });
  });

  it('may still be renamed', () => {
    expect(story.when({ type: 'update', changes: { name: 'x' } }, 2 * MINUTE).timer).toMatchObject({
      name: 'x',
      status,
    });
  });
});

describe('a repeated request', () => {
  it('changes nothing, though the same command under a new id would', () => {
    const extend = { type: 'extend', byMs: 1_000 } as const;
    const first = transition(given().timer, extend, BIRTH, 'request-1');
    if (!first.ok) throw new Error(first.detail);
    expect(transition(first.value.timer, extend, BIRTH + 1, 'request-1')).toEqual({
      ok: true,
      value: { timer: first.value.timer, effects: [] },
    });
    expect(transition(first.value.timer, extend, BIRTH + 1, 'request-2')).toMatchObject({
      value: { timer: { generation: 3 } },
    });
  });
});

describe('a delivery', () => {
  const firing = given().wake(MINUTE + 3);

  it('ends the timer well once it has succeeded', () => {
    const done = firing.report('succeeded', MINUTE + 20);
    expect(done.timer).toMatchObject({ status: 'expired', settledAt: BIRTH + MINUTE + 20 });
    expect(done.told).toEqual(['delivery.succeeded', 'timer.expired']);
  });

  it('gives the timer the drift of its first hand-off', () => {
    expect(firing.timer).toMatchObject({ driftMs: 3 });
    expect(firing.report('failed', MINUTE + 20).timer).toMatchObject({ driftMs: 20 });
    expect(
      firing
        .report('failed', MINUTE + 20)
        .wake(MINUTE + 1_020)
        .report('succeeded', MINUTE + 1_050).timer,
    ).toMatchObject({
      driftMs: 20,
    });
  });

  it('is tried again after the wait of its schedule', () => {
    const failed = firing.report('failed', MINUTE + 20);
    expect(failed.timer.deliveries[0]).toMatchObject({
      status: 'pending',
      nextAttemptAt: BIRTH + MINUTE + 1_020,
    });
    expect(failed.effects).toContainEqual({ type: 'arm', at: BIRTH + MINUTE + 1_020, generation: 1 });
    expect(failed.wake(MINUTE + 1_019).timer).toBe(failed.timer);
    expect(failed.wake(MINUTE + 1_020).effects).toContainEqual({
      type: 'deliver',
      deliveryNumber: 1,
      attempt: 2,
    });
  });

  it('waits as long as the receiver asks', () => {
    const { timer } = firing.report('failed', MINUTE, { retryAfterMs: 120_000 });
    expect(timer.deliveries[0]).toMatchObject({ nextAttemptAt: BIRTH + MINUTE + 120_000 });
  });

  it.each(['gone', 'refused'] as const)('is over for good when it is %s', (outcome) => {
    const { timer, told } = firing.report(outcome, MINUTE + 20);
    expect(timer).toMatchObject({
      status: 'failed',
      deliveries: [{ status: 'exhausted', nextAttemptAt: null }],
    });
    expect(told).toEqual(['delivery.exhausted', 'timer.failed']);
  });

  it('is exhausted when no attempt is left', () => {
    let story = firing;
    let at = MINUTE + 3;
    for (const gap of [1_000, 5_000, 15_000, 30_000]) {
      story = story.report('failed', at).wake(at + gap);
      at += gap;
    }
    const over = story.report('failed', at);
    expect(over.timer).toMatchObject({
      status: 'failed',
      deliveries: [{ status: 'exhausted', attemptCount: 5 }],
    });
    expect(over.timer.deliveries[0]?.attempts.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  });

  it('does not hold up another one', () => {
    const both = given({ events: onExpire([webhook, message]) }).wake(MINUTE);
    const half = both.report('failed', MINUTE, { delivery: 1 }).report('succeeded', MINUTE, { delivery: 2 });
    expect(half.timer).toMatchObject({
      status: 'firing',
      deliveries: [{ status: 'pending' }, { status: 'succeeded' }],
    });
    expect(half.wake(MINUTE + 1_000).report('succeeded', MINUTE + 1_000).timer.status).toBe('expired');
  });

  it('is left alone while its attempt is under way', () => {
    const again = firing.wake(MINUTE + 40_000);
    expect(again.timer).toBe(firing.timer);
    const { lease } = firing.timer.deliveries[0] ?? {};
    // The alarm may have come again because the process that made the attempt is gone.
    expect(again.effects).toEqual([{ type: 'arm', at: lease?.until, generation: 1 }]);
  });

  it('is tried again when its attempt was lost, and the loss is recorded', () => {
    const until = firing.timer.deliveries[0]?.lease?.until ?? Number.NaN;
    expect(alarmAt(firing.timer)).toBe(until);
    const again = firing.wake(until - BIRTH);
    expect(again.told).toEqual(['delivery.interrupted']);
    expect(again.effects).toContainEqual({ type: 'deliver', deliveryNumber: 1, attempt: 2 });
    expect(again.timer.deliveries[0]?.attempts).toMatchObject([
      { number: 1, outcome: 'interrupted', at: BIRTH + MINUTE + 3 },
    ]);
  });

  it('does not wait for the lease when no process can hold it', () => {
    const again = firing.wake(MINUTE + 10, { abandonLeases: true });
    expect(again.effects).toContainEqual({ type: 'deliver', deliveryNumber: 1, attempt: 2 });
  });

  it('ignores the outcome of an attempt that counts as lost already', () => {
    const again = firing.wake(MINUTE + 10, { abandonLeases: true });
    const attempt = {
      number: 1,
      at: 0,
      durationMs: 0,
      outcome: 'succeeded',
      responseStatus: 200,
      responseBody: '',
      error: null,
    } as const;
    const command = {
      type: 'record-outcome',
      deliveryNumber: 1,
      attempt,
      retryAfterMs: null,
      jitter: 0,
    } as const;
    expect(again.when(command, MINUTE + 20).timer).toBe(again.timer);
  });

  it('ends even when every attempt kills the process', () => {
    let story = firing;
    for (let restart = 1; story.timer.status === 'firing'; restart++) {
      expect(restart).toBeLessThan(10);
      story = story.wake(MINUTE + restart, { abandonLeases: true });
    }
    expect(story.timer).toMatchObject({ status: 'failed', deliveries: [{ attemptCount: 5 }] });
  });
});

describe('a redelivery', () => {
  const failed = given({
    retry: { type: 'geometric', maxAttempts: 2, initialMs: 100, factor: 1, maxMs: 100 },
  })
    .wake(MINUTE)
    .report('failed', MINUTE)
    .wake(MINUTE + 100)
    .report('failed', MINUTE + 100);

  it('opens an exhausted delivery again with all its attempts and its history', () => {
    expect(failed.timer.status).toBe('failed');
    const reopened = failed.when({ type: 'redeliver', deliveryNumber: 1 }, 2 * MINUTE);
    expect(reopened.timer).toMatchObject({ status: 'firing', settledAt: null });
    expect(reopened.effects).toContainEqual({ type: 'arm', at: BIRTH + 2 * MINUTE, generation: 1 });
    expect(reopened.told).toEqual(['delivery.reopened']);

    const retried = reopened.wake(2 * MINUTE).report('failed', 2 * MINUTE);
    expect(retried.timer.deliveries[0]).toMatchObject({ status: 'pending', attemptCount: 3 });
    const done = retried.wake(2 * MINUTE + 100).report('succeeded', 2 * MINUTE + 100);
    expect(done.timer.status).toBe('expired');
    expect(done.timer.deliveries[0]?.attempts.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  });

  it('repeats a delivery that had succeeded', () => {
    const reopened = given()
      .wake(MINUTE)
      .report('succeeded', MINUTE)
      .when({ type: 'redeliver', deliveryNumber: 1 }, 2 * MINUTE);
    expect(reopened.wake(2 * MINUTE).effects).toContainEqual({
      type: 'deliver',
      deliveryNumber: 1,
      attempt: 2,
    });
  });

  it('is refused while the delivery is under way, and for one that is not there', () => {
    const firing = given().wake(MINUTE);
    expect(refusal(firing, { type: 'redeliver', deliveryNumber: 1 }, MINUTE)).toMatchObject({
      code: 'delivery_unfinished',
    });
    expect(refusal(firing, { type: 'redeliver', deliveryNumber: 2 }, MINUTE)).toMatchObject({
      code: 'not_found',
    });
    expect(refusal(given(), { type: 'redeliver', deliveryNumber: 1 }, 0)).toMatchObject({
      code: 'not_found',
    });
  });

  it('keeps the history bounded however often it is asked for', () => {
    let story = given().wake(MINUTE).report('succeeded', MINUTE);
    for (let round = 1; round <= 60; round++) {
      const at = MINUTE + round;
      story = story.when({ type: 'redeliver', deliveryNumber: 1 }, at).wake(at).report('succeeded', at);
    }
    const { log, deliveries } = story.timer;
    expect(deliveries[0]).toMatchObject({ attemptCount: 61 });
    expect(deliveries[0]?.attempts).toHaveLength(MAX_ATTEMPTS_KEPT);
    expect(deliveries[0]?.attempts.at(-1)).toMatchObject({ number: 61 });
    expect(log).toHaveLength(MAX_LOG_ENTRIES);
    expect(log.slice(0, 2).map(({ type }) => type)).toEqual(['timer.created', 'timer.fired']);
    expect(log.at(-1)).toMatchObject({ type: 'timer.expired', at: BIRTH + MINUTE + 60 });
  });
});
