import { describe, expect, it } from '@jest/globals';
import type { TimerCommand } from './commands.ts';
import { given, type Story } from './test-story.ts';
import { acting, BIRTH, message, webhook } from './test-timer.ts';
import { alarmAt, dueAt } from './time.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const QUARTERS = [0.25, 0.5, 0.75];

/** A timer of one minute that acts at each quarter. */
const quarterly = given({ events: acting({ progress: { shares: QUARTERS, actions: [webhook] } }) });

function entriesOf({ timer }: Story, type: string) {
  return timer.log.filter((entry) => entry.type === type).map(({ message: text, data }) => ({ text, data }));
}

function triggersOf({ timer }: Story) {
  return timer.deliveries.map(({ trigger, share }) => [trigger, share]);
}

describe('a timer that acts as its time passes', () => {
  it('does so at each share, once, in order, and then fires', () => {
    let story = quarterly;
    for (const [index, share] of QUARTERS.entries()) {
      const at = share * MINUTE;
      expect(dueAt(story.timer)).toBe(BIRTH + at);
      expect(story.wake(at - 1).timer).toBe(story.timer);
      story = story.wake(at);
      expect(story.told).toEqual(['timer.progress']);
      expect(story.effects).toContainEqual({ type: 'deliver', deliveryNumber: index + 1, attempt: 1 });
      story = story.report('succeeded', at, { delivery: index + 1 });
      expect(story.wake(at + 1).timer).toBe(story.timer);
    }
    expect(triggersOf(story)).toEqual(QUARTERS.map((share) => ['progress', share]));
    expect(story.wake(MINUTE).told).toEqual(['timer.fired', 'timer.expired']);
  });

  it('arms the next share with each', () => {
    const { effects } = quarterly.wake(15 * SECOND);
    expect(effects).toContainEqual({ type: 'arm', at: BIRTH + 30 * SECOND, generation: 1 });
  });

  it('does all that is to be done at a share', () => {
    const both = { shares: [0.5], actions: [webhook, message] };
    expect(triggersOf(given({ events: acting({ progress: both }) }).wake(30 * SECOND))).toEqual([
      ['progress', 0.5],
      ['progress', 0.5],
    ]);
  });

  it('counts the time that has passed, not that of a pause', () => {
    const resumed = quarterly
      .wake(15 * SECOND)
      .report('succeeded', 15 * SECOND)
      .when({ type: 'pause' }, 20 * SECOND)
      .when({ type: 'resume' }, 10 * MINUTE);
    expect(resumed.wake(10 * MINUTE + 10 * SECOND - 1).told).toEqual([]);
    expect(entriesOf(resumed.wake(10 * MINUTE + 10 * SECOND), 'timer.progress')).toEqual([
      { text: 'Reached 25 %', data: { share: 0.25 } },
      { text: 'Reached 50 %', data: { share: 0.5 } },
    ]);
  });

  it('is told nothing while it is paused', () => {
    const paused = quarterly.when({ type: 'pause' }, 0);
    expect(alarmAt(paused.timer)).toBeNull();
    expect(paused.wake(30 * SECOND).timer).toBe(paused.timer);
  });

  it.each<[TimerCommand]>([
    [{ type: 'extend', byMs: MINUTE }],
    [{ type: 'reschedule', when: { type: 'span', ms: 90 * SECOND } }],
    [{ type: 'reschedule', when: { type: 'instant', at: BIRTH + 2 * MINUTE } }],
  ])('does not tell again what it has told when %j takes it back', (command) => {
    const half = quarterly.wake(30 * SECOND).report('succeeded', 30 * SECOND);
    const moved = half.when(command, 30 * SECOND);
    expect(dueAt(moved.timer)).toBe(BIRTH + 90 * SECOND);
    expect(moved.wake(60 * SECOND).timer).toBe(moved.timer);
    expect(moved.wake(90 * SECOND).timer.log.at(-1)?.data).toEqual({ share: 0.75 });
  });

  it('tells at once what a nearer time puts behind it', () => {
    const nearer = quarterly.when(
      { type: 'reschedule', when: { type: 'span', ms: 10 * SECOND } },
      10 * SECOND,
    );
    expect(nearer.effects).toContainEqual({ type: 'arm', at: BIRTH + 5 * SECOND, generation: 2 });
    expect(nearer.wake(10 * SECOND).timer.log.at(-1)?.data).toEqual({ share: 0.5, passed_over: [0.25] });
  });

  // Complaints 10 and 13: after an outage neither a flood nor silence, and no skip without a trace.
  it('tells the latest share after an outage, and logs those that it passes over', () => {
    const late = quarterly.wake(50 * SECOND);
    expect(triggersOf(late)).toEqual([['progress', 0.75]]);
    expect(entriesOf(late, 'timer.progress')).toEqual([
      { text: 'Reached 75 %', data: { share: 0.75, passed_over: [0.25, 0.5] } },
    ]);
  });

  it('passes over what is left, and logs that, when the time is up after an outage', () => {
    const late = quarterly
      .wake(15 * SECOND)
      .report('succeeded', 15 * SECOND)
      .wake(2 * MINUTE);
    expect(late.told).toEqual(['timer.progress', 'timer.fired', 'timer.expired']);
    expect(triggersOf(late)).toEqual([['progress', 0.25]]);
    expect(entriesOf(late, 'timer.progress').at(-1)).toEqual({
      text: 'The time is up; passed over 50 %, 75 %',
      data: { passed_over: [0.5, 0.75] },
    });
  });

  it('looks at its conditions again without telling of shares by then', () => {
    const unmet = { met: false, reason: 'no' };
    const onUnmet = { type: 'recheck', everyMs: 10 * SECOND, giveUpAfterMs: MINUTE } as const;
    const story = given({ events: quarterly.timer.events, conditions: { query: {}, onUnmet } });
    const late = story.wake(MINUTE, { verdict: unmet });
    expect(late.told).toEqual(['timer.progress', 'timer.recheck']);
    expect(dueAt(late.timer)).toBe(BIRTH + 70 * SECOND);
    expect(late.wake(70 * SECOND, { verdict: unmet }).told).toEqual(['timer.recheck']);
  });

  it.each([['fire-now'], ['cancel']] as const)('tells of no share any more after %s', (type) => {
    const over = quarterly.when({ type }, 20 * SECOND);
    expect(over.wake(30 * SECOND).told).toEqual([]);
    expect(over.timer.deliveries).toEqual([]);
  });

  it('names shares as exactly as they can be given', () => {
    const story = given({
      when: { type: 'span', ms: 10_000 },
      events: acting({ progress: { shares: [0.125, 0.9999], actions: [message] } }),
    });
    expect(dueAt(story.timer)).toBe(BIRTH + 1_250);
    expect(entriesOf(story.wake(1_250).wake(9_999), 'timer.progress').map(({ text }) => text)).toEqual([
      'Reached 12.5 %',
      'Reached 99.99 %',
    ]);
  });
});

describe('a delivery of the progress', () => {
  const failing = quarterly.wake(15 * SECOND).report('failed', 15 * SECOND);
  const again = { type: 'deliver', deliveryNumber: 1, attempt: 2 } as const;

  it('is tried again while the timer runs', () => {
    expect(failing.effects).toContainEqual({ type: 'arm', at: BIRTH + 16 * SECOND, generation: 1 });
    const retried = failing.wake(16 * SECOND);
    expect(retried.effects).toContainEqual(again);
    expect(retried.effects).toContainEqual({ type: 'arm', at: BIRTH + 30 * SECOND, generation: 1 });
  });

  it('is tried again while the timer is paused, under its new generation', () => {
    const paused = failing.when({ type: 'pause' }, 15 * SECOND + 500);
    expect(paused.effects).toContainEqual({ type: 'arm', at: BIRTH + 16 * SECOND, generation: 2 });
    const retried = paused.wake(16 * SECOND);
    expect(retried.effects).toContainEqual(again);
    expect(retried.report('succeeded', 16 * SECOND).timer).toMatchObject({
      status: 'paused',
      deliveries: [{ status: 'succeeded' }],
    });
  });

  it.each<[TimerCommand]>([
    [{ type: 'extend', byMs: MINUTE }],
    [{ type: 'reschedule', when: { type: 'span', ms: 5 * MINUTE } }],
    [{ type: 'cancel' }],
    [{ type: 'fire-now' }],
  ])('is armed anew by %j', (command) => {
    const moved = failing.when(command, 15 * SECOND + 500);
    expect(dueAt(moved.timer)).toBe(BIRTH + 16 * SECOND);
    expect(moved.effects).toContainEqual({ type: 'arm', at: BIRTH + 16 * SECOND, generation: 2 });
    expect(moved.wake(16 * SECOND).effects).toContainEqual(again);
  });

  it('is tried again after the timer has fired, and does not change how that ends', () => {
    const events = acting({ expire: [webhook], progress: { shares: [0.5], actions: [webhook] } });
    const held = given({ events })
      .wake(30 * SECOND)
      .report('failed', 30 * SECOND, { retryAfterMs: 45 * SECOND })
      .wake(MINUTE)
      .report('succeeded', MINUTE, { delivery: 2 });
    expect(held.timer).toMatchObject({ status: 'expired', settledAt: BIRTH + MINUTE, driftMs: 0 });
    expect(alarmAt(held.timer)).toBe(BIRTH + 75 * SECOND);
    const over = held.wake(75 * SECOND).report('gone', 75 * SECOND);
    expect(over.told).toEqual(['delivery.exhausted']);
    expect(over.timer).toMatchObject({ status: 'expired', settledAt: BIRTH + MINUTE, driftMs: 0 });
    expect(alarmAt(over.timer)).toBeNull();
  });

  it('does not set the drift of a timer that fires meanwhile', () => {
    const events = acting({ expire: [webhook], progress: { shares: [0.5], actions: [webhook] } });
    const firing = given({ events })
      .wake(59 * SECOND)
      .wake(MINUTE + 3);
    const told = firing.report('succeeded', MINUTE + 9);
    expect(told.timer).toMatchObject({ driftMs: 3 });
    expect(told.report('succeeded', MINUTE + 12, { delivery: 2 }).timer).toMatchObject({ driftMs: 12 });
  });

  it('does not hold up the share after it', () => {
    const next = failing.wake(16 * SECOND).wake(30 * SECOND);
    expect(next.effects).toContainEqual({ type: 'deliver', deliveryNumber: 2, attempt: 1 });
    expect(triggersOf(next)).toEqual([
      ['progress', 0.25],
      ['progress', 0.5],
    ]);
  });

  it('is armed again when the alarm of its lost attempt has taken the place of the next one', () => {
    const claimed = quarterly.wake(15 * SECOND);
    const until = claimed.timer.deliveries[0]?.lease?.until ?? Number.NaN;
    const recovered = given({ ...quarterly.timer, when: { type: 'span', ms: 10 * MINUTE } })
      .wake(2.5 * MINUTE)
      .wake(2.5 * MINUTE + (until - BIRTH - 15 * SECOND));
    expect(recovered.told).toEqual(['delivery.interrupted']);
    expect(recovered.effects).toContainEqual({ type: 'arm', at: BIRTH + 5 * MINUTE, generation: 1 });
  });
});
