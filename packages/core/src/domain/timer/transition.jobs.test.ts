import { describe, expect, it } from '@jest/globals';
import { BUILT_IN_RUNNER_ID } from '../runner.ts';
import type { HeldJob, TimerCommand } from './commands.ts';
import { given, type Story } from './test-story.ts';
import { acting, BIRTH, command, message, onExpire, webhook } from './test-timer.ts';
import { alarmAt, CATCH_UP_MS, dueAt, dueOrLostAt, isIdle, jobAt } from './time.ts';
import { transition } from './transition.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const LEASE_MS = 30_000;
const job: HeldJob = { deliveryNumber: 1, attempt: 1, runnerId: 'run_1' };
const lease = (id = 'run_1', labels: string[] = [], limit = 1): TimerCommand => ({
  type: 'lease-jobs',
  runner: { id, accepts: ['command'], labels },
  limit,
  leaseMs: LEASE_MS,
});
const complete = (fields: Partial<HeldJob> = {}): TimerCommand => ({
  type: 'complete-job',
  report: { outcome: 'succeeded', durationMs: 5, exitCode: 0, error: null, output: 'ok' },
  jitter: 0,
  ...job,
  ...fields,
});
const fired = (fields: Parameters<typeof given>[0] = {}) =>
  given({ events: onExpire([command]), ...fields }).wake(MINUTE);
const refusal = ({ timer }: Story, told: TimerCommand, afterMs: number) => {
  const result = transition(timer, told, BIRTH + afterMs);
  return result.ok ? null : result.code;
};
const delivery = ({ timer }: Story, number = 1) => timer.deliveries.find((each) => each.number === number);
const delivered = ({ effects }: Story) =>
  effects.flatMap((effect) => (effect.type === 'deliver' ? [effect.deliveryNumber] : []));

describe('a command that is due', () => {
  const waiting = fired({ events: onExpire([webhook, { ...command, runsOn: ['gpu'] }]) });

  it('waits for a runner, while what the service does itself is handed off', () => {
    expect(delivered(waiting)).toEqual([1]);
    expect(delivery(waiting, 2)).toMatchObject({
      status: 'queued',
      queuedAt: BIRTH + MINUTE,
      nextAttemptAt: null,
      attemptCount: 0,
    });
    expect(waiting.timer.log.at(-1)).toMatchObject({
      type: 'delivery.queued',
      data: { delivery: 2, attempt: 1, type: 'command', runs_on: ['gpu'] },
    });
  });

  it('asks for no alarm, and yet leaves the timer something to do, for recovery to find', () => {
    const cancelled = given({ events: acting({ cancel: [command] }) })
      .when({ type: 'cancel' }, 0)
      .wake(0);
    expect(dueAt(cancelled.timer)).toBeNull();
    expect(alarmAt(cancelled.timer)).toBe(BIRTH + DAY);
    expect([jobAt(cancelled.timer), isIdle(cancelled.timer)]).toEqual([BIRTH, false]);
  });

  it('goes to a runner that may take it, and to no other', () => {
    expect(waiting.when(lease('run_1', ['linux']), MINUTE).timer).toBe(waiting.timer);
    const taken = waiting.when(lease('run_1', ['linux', 'gpu']), MINUTE + 1);
    expect(delivered(taken)).toEqual([2]);
    expect(delivery(taken, 2)).toMatchObject({
      status: 'delivering',
      attemptCount: 1,
      lease: {
        attempt: 1,
        startedAt: BIRTH + MINUTE + 1,
        until: BIRTH + MINUTE + 1 + LEASE_MS,
        runnerId: 'run_1',
      },
    });
    expect(delivery(taken, 2)).not.toHaveProperty('queuedAt');
  });

  it('goes to a runner with others, as many as it asks for', () => {
    const three = fired({ events: onExpire([command, command, command]) });
    const taken = three.when(lease('run_1', [], 2), MINUTE);
    expect(delivered(taken)).toEqual([1, 2]);
    expect(delivered(taken.when(lease('run_2', [], 2), MINUTE))).toEqual([3]);
  });
});

describe('a command that no runner takes', () => {
  const events = acting({ expire: [{ ...command, runsOn: ['gpu', 'linux'] }], failure: [message] });
  const waiting = fired({ events });
  const end = MINUTE + DAY;

  it('has failed for good after a day, says what it asked for, and sets off what is for failures', () => {
    expect(waiting.wake(end - 1).timer).toBe(waiting.timer);
    const over = waiting.wake(end);
    expect(over.timer).toMatchObject({ status: 'failed', settledAt: BIRTH + end });
    const error = 'no runner with gpu, linux that takes command took it within 1d';
    expect(delivery(over)).toMatchObject({
      status: 'exhausted',
      attemptCount: 1,
      attempts: [{ number: 1, at: BIRTH + MINUTE, durationMs: DAY, outcome: 'failed', error }],
    });
    expect(delivery(over)).not.toHaveProperty('queuedAt');
    expect(over.timer.log).toContainEqual(
      expect.objectContaining({
        type: 'delivery.exhausted',
        message: `Given up: ${error}`,
        data: { delivery: 1, attempt: 1, runs_on: ['gpu', 'linux'] },
      }),
    );
    expect(delivered(over)).toEqual([2]);
  });

  it('is not given to a runner that comes too late', () => {
    const late = waiting.when(lease('run_1', ['gpu', 'linux']), end);
    expect(delivered(late)).toEqual([]);
    expect(late.timer.status).toBe('failed');
    expect(late.effects).toContainEqual({ type: 'arm', at: BIRTH + end, generation: 1 });
  });

  it('waits for as long as its action says, to the moment', () => {
    const short = fired({ events: onExpire([{ ...command, claimWithinMs: 90 * MINUTE }]) });
    expect(short.timer.log.at(-1)?.message).toBe('Waits up to 90m for a runner that takes command');
    expect(short.effects).toContainEqual({ type: 'arm', at: BIRTH + 91 * MINUTE, generation: 1 });
    expect(short.wake(91 * MINUTE).timer.status).toBe('failed');
    const taken = short.when(lease(), 91 * MINUTE - 1);
    expect(taken.wake(91 * MINUTE).timer).toBe(taken.timer);
  });

  it('waits anew for each attempt, and when it is delivered again', () => {
    const job = { ...command, claimWithinMs: MINUTE };
    const failed = fired({ events: onExpire([job]) })
      .when(lease(), MINUTE + 1)
      .when(complete({ deliveryNumber: 1 }), MINUTE + 2)
      .when({ type: 'redeliver', deliveryNumber: 1 }, 10 * MINUTE)
      .wake(10 * MINUTE);
    expect(delivery(failed)).toMatchObject({ status: 'queued', queuedAt: BIRTH + 10 * MINUTE });
    const over = failed.wake(11 * MINUTE);
    expect(delivery(over)).toMatchObject({ status: 'exhausted', attemptCount: 2 });
    const again = over.when({ type: 'redeliver', deliveryNumber: 1 }, 20 * MINUTE).wake(20 * MINUTE);
    expect(delivered(again.when(lease(), 20 * MINUTE + 1))).toEqual([1]);
  });
});

describe('a command whose wait ends while the service is off', () => {
  const events = acting({ expire: [{ ...command, runsOn: ['gpu'] }] });
  const waiting = fired({ events });
  const end = MINUTE + DAY;
  const late = end + CATCH_UP_MS;

  it('waits for a while longer from the first look on, and says so', () => {
    expect(waiting.wake(late).timer.status).toBe('failed');
    const found = waiting.wake(late + 1);
    expect(delivery(found)).toMatchObject({ status: 'queued', graceUntil: BIRTH + late + 1 + CATCH_UP_MS });
    expect(found.told).toEqual(['delivery.queued']);
    expect(found.timer.log.at(-1)).toMatchObject({
      message:
        'Waits up to 5m more for a runner with gpu that takes command: its time ended while nobody looked',
      data: { delivery: 1, attempt: 1, type: 'command', runs_on: ['gpu'] },
    });
    expect(alarmAt(found.timer)).toBe(BIRTH + late + 1 + CATCH_UP_MS);
  });

  it('goes to a runner that comes meanwhile, and to one that is the first to look', () => {
    const found = waiting.wake(late + 1);
    const taken = found.when(lease('run_1', ['gpu']), late + CATCH_UP_MS);
    expect(delivered(taken)).toEqual([1]);
    expect(delivery(taken)).not.toHaveProperty('graceUntil');
    const first = waiting.when(lease('run_1', ['gpu']), 7 * DAY);
    expect(delivered(first)).toEqual([1]);
  });

  it('does so once, however often it is looked at and however long the service is off then', () => {
    const found = waiting.wake(late + 1);
    const again = found.wake(late + 2).when(lease('run_2', ['linux']), late + CATCH_UP_MS);
    expect(again.timer).toBe(found.timer);
    expect(again.timer.status).toBe('firing');
    for (const afterMs of [late + 1 + CATCH_UP_MS, 9 * DAY]) {
      const over = found.wake(afterMs);
      expect(over.timer.status).toBe('failed');
      expect(delivery(over)).toMatchObject({ status: 'exhausted', attempts: [{ at: BIRTH + MINUTE }] });
      expect(delivery(over)).not.toHaveProperty('graceUntil');
    }
    const given = found.when({ type: 'give-up-jobs' }, late + 2);
    expect(delivery(given)).not.toHaveProperty('graceUntil');
  });

  it('waits no longer by it than its action says, and has an alarm for it where it says so', () => {
    const short = fired({ events: onExpire([{ ...command, claimWithinMs: MINUTE }]) }).wake(DAY);
    expect(delivery(short)?.graceUntil).toBe(BIRTH + DAY + MINUTE);
    expect(short.effects).toContainEqual({ type: 'arm', at: BIRTH + DAY + MINUTE, generation: 1 });
    expect(short.wake(DAY + MINUTE).timer.status).toBe('failed');
  });
});

describe('a command that a runner holds', () => {
  const held = fired().when(lease(), MINUTE + 500);
  const end = MINUTE + 500 + LEASE_MS;

  it('wants no alarm, but is found by recovery and by runners when its lease has ended', () => {
    expect([dueAt(held.timer), dueOrLostAt(held.timer)]).toEqual([null, null]);
    expect([jobAt(held.timer), alarmAt(held.timer)]).toEqual([BIRTH + end, BIRTH + end]);
  });

  it('is not touched by an alarm before, and waits for another runner after an alarm then', () => {
    expect(held.wake(end - 1).timer).toBe(held.timer);
    const lost = held.wake(end);
    expect(delivery(lost)).toMatchObject({ status: 'queued', attempts: [{ outcome: 'interrupted' }] });
    expect(delivery(lost)?.attempts[0]).toMatchObject({
      number: 1,
      runnerId: 'run_1',
      at: BIRTH + MINUTE + 500,
    });
  });

  it('goes straight to the runner that asks then', () => {
    const again = held.when(lease('run_2'), end);
    expect(delivery(again)).toMatchObject({ attemptCount: 2, lease: { attempt: 2, runnerId: 'run_2' } });
    const types = again.timer.log.slice(-3).map(({ type }) => type);
    expect(types).toEqual(['delivery.interrupted', 'delivery.queued', 'delivery.leased']);
  });

  it('stays where it is when the process that hands jobs out starts anew, unless its own runner had it', () => {
    expect(held.wake(MINUTE + 600, { abandonLeases: true }).timer).toBe(held.timer);
    const own = fired().when(lease(BUILT_IN_RUNNER_ID), MINUTE);
    const freed = own.wake(MINUTE + 600, { abandonLeases: true });
    expect(delivery(freed)).toMatchObject({ status: 'queued', queuedAt: BIRTH + MINUTE + 600 });
  });

  it('comes back to life by a heartbeat after its lease has ended, if nobody took it', () => {
    const renewed = held.when({ type: 'renew-job', leaseMs: LEASE_MS, ...job }, end + 5);
    expect(delivery(renewed)?.lease?.until).toBe(BIRTH + end + 5 + LEASE_MS);
    expect(renewed.timer.log).toEqual(held.timer.log);
  });

  it('ends with its attempts, and with it the timer', () => {
    const retry = { type: 'geometric', maxAttempts: 2, initialMs: 1_000, factor: 1, maxMs: 1_000 } as const;
    const events = acting({ expire: [command], failure: [message] });
    const lost = fired({ retry, events })
      .when(lease(), MINUTE)
      .when(lease('run_2'), MINUTE + LEASE_MS);
    const over = lost.when(lease('run_3'), MINUTE + 2 * LEASE_MS);
    expect(over.timer).toMatchObject({
      status: 'failed',
      deliveries: [{ status: 'exhausted' }, { trigger: 'failure' }],
    });
    expect(delivered(over)).toEqual([]);
    expect(over.effects).toContainEqual({ type: 'arm', at: BIRTH + MINUTE + 2 * LEASE_MS, generation: 1 });
  });

  it('takes the word of its runner only, for the attempt under way', () => {
    for (const stranger of [{ runnerId: 'run_2' }, { attempt: 2 }, { deliveryNumber: 2 }]) {
      const told: TimerCommand[] = [
        complete(stranger),
        { type: 'renew-job', leaseMs: 1, ...job, ...stranger },
        { type: 'release-job', reason: 'x', ...job, ...stranger },
      ];
      for (const each of told) expect(refusal(held, each, MINUTE + 600)).toBe('lease_lost');
    }
  });

  it('takes a late report as long as nobody else took the job', () => {
    expect(held.when(complete(), end + 1).timer).toMatchObject({ status: 'expired' });
    const taken = held.when(lease('run_2'), end + 1);
    expect(refusal(taken, complete(), end + 2)).toBe('lease_lost');
  });

  it('takes a report once, and none of an attempt that was given back', () => {
    const done = held.when(complete(), MINUTE + 600);
    expect(done.when(complete(), MINUTE + 700).timer).toBe(done.timer);
    const back = held.when({ type: 'release-job', reason: 'stops', ...job }, MINUTE + 600);
    expect(refusal(back, complete(), MINUTE + 700)).toBe('lease_lost');
  });
});

describe('the drift of a timer with commands', () => {
  it('is that of the first one that a runner takes, whatever becomes of it', () => {
    const two = fired({ events: onExpire([command, command]) });
    expect(two.timer).toMatchObject({ driftMs: 0 });
    const taken = two.when(lease(), MINUTE + 5_000).when(lease('run_2'), MINUTE + 9_000);
    expect(taken.timer).toMatchObject({ driftMs: 5_000 });
    const second = taken.when(complete({ deliveryNumber: 2, runnerId: 'run_2' }), MINUTE + 10_000);
    const lost = second.wake(MINUTE + 5_000 + LEASE_MS).when(lease('run_3'), MINUTE + 50_000);
    expect(lost.timer).toMatchObject({ driftMs: 5_000 });
  });

  it('is that of what the service did before', () => {
    const both = fired({ events: onExpire([webhook, command]) }).report('succeeded', MINUTE + 10);
    expect(both.timer).toMatchObject({ driftMs: 10 });
    expect(both.when(lease(), MINUTE + 5_000).timer).toMatchObject({ driftMs: 10 });
  });
});

describe('jobs that are given up', () => {
  it('are over when they wait, and go on when a runner is at them', () => {
    const two = fired({ events: onExpire([command, command]) }).when(lease(), MINUTE);
    const rest = two.when({ type: 'give-up-jobs' }, MINUTE + 1);
    expect(rest.timer.deliveries.map(({ status }) => status)).toEqual(['delivering', 'exhausted']);
    expect(rest.timer.status).toBe('firing');
    expect(rest.when(complete(), MINUTE + 2).timer.status).toBe('failed');
  });
});
