import { describe, expect, it } from '@jest/globals';
import { countingAgainst, placesOf } from './places.ts';
import { given } from './test-story.ts';
import { BIRTH, message, onExpire } from './test-timer.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const UNTIL = BIRTH + HOUR;
const THROTTLE = { throttle: { until: UNTIL, reason: 'too often' } };

describe('a fire that is put off', () => {
  const throttled = () => given({ events: onExpire([message]) }).wake(MINUTE, THROTTLE);

  it('is looked at again at the instant told, and leaves its own instant as it was', () => {
    const { timer, effects, told } = throttled();
    expect(timer).toMatchObject({ status: 'running', fireAt: BIRTH + MINUTE, throttledUntil: UNTIL });
    expect(effects).toContainEqual({ type: 'arm', at: UNTIL, generation: 1 });
    expect(told).toEqual(['timer.throttled']);
    expect(throttled().wake(2 * MINUTE).timer).toMatchObject({ status: 'running', throttledUntil: UNTIL });
  });

  it('takes place then, as late as the drift says', () => {
    const { timer } = throttled().wake(HOUR);
    expect(timer).toMatchObject({ status: 'firing', firedAt: UNTIL, driftMs: HOUR - MINUTE });
    expect(timer).not.toHaveProperty('throttledUntil');
  });

  it('is told of once for one instant, however often it is put off until then', () => {
    const resumed = throttled()
      .when({ type: 'pause' }, 2 * MINUTE)
      .when({ type: 'resume' }, 3 * MINUTE);
    expect(resumed.timer).not.toHaveProperty('throttledUntil');
    const again = resumed.wake(4 * MINUTE, THROTTLE);
    expect(again.timer).toMatchObject({ throttledUntil: UNTIL });
    expect(again.told).toEqual([]);
    const later = again.wake(HOUR, { throttle: { until: UNTIL + HOUR, reason: 'too often' } });
    expect(later.told).toEqual(['timer.throttled']);
  });

  it.each([
    ['extended', { type: 'extend', byMs: HOUR }],
    ['set to another instant', { type: 'reschedule', when: { type: 'instant', at: BIRTH + 5 * MINUTE } }],
    ['touched', { type: 'touch' }],
    ['fired by request', { type: 'fire-now' }],
    ['cancelled', { type: 'cancel' }],
    ['given to another agent', { type: 'update', changes: { agentId: 'other' } }],
    ['looked at again', { type: 'look-again' }],
  ] as const)('is put off no more once the timer is %s', (_, command) => {
    const { timer } = throttled().when(command, 2 * MINUTE);
    expect(timer).not.toHaveProperty('throttledUntil');
  });

  it('stays put off by changes that have nothing to do with it', () => {
    const renamed = throttled().when({ type: 'update', changes: { name: 'x' } }, 2 * MINUTE);
    expect(renamed.timer).toMatchObject({ throttledUntil: UNTIL });
  });

  it('is armed at once when it is looked at again', () => {
    const { effects } = throttled().when({ type: 'look-again' }, 2 * MINUTE);
    expect(effects).toContainEqual({ type: 'arm', at: BIRTH + MINUTE, generation: 1 });
    const running = given();
    expect(running.when({ type: 'look-again' }, 1).timer).toBe(running.timer);
  });
});

describe('what a timer counts against', () => {
  const counted = (fields = {}) => given(fields).when({ type: 'count', against: ['agent:bot'] }, 0);

  it('holds a place until the timer ends', () => {
    const { timer } = counted({ events: onExpire([message]) });
    expect(placesOf(timer)).toEqual(['agent:bot']);
    const firing = counted({ events: onExpire([message]) }).wake(MINUTE);
    expect(placesOf(firing.timer)).toEqual(['agent:bot']);
    const expired = firing.report('succeeded', MINUTE);
    expect(placesOf(expired.timer)).toEqual([]);
    expect(expired.timer).not.toHaveProperty('countsAgainst');
  });

  it('is nothing any more once a redelivery opens the timer again', () => {
    const expired = counted({ events: onExpire([message]) })
      .wake(MINUTE)
      .report('succeeded', MINUTE);
    const reopened = expired.when({ type: 'redeliver', deliveryNumber: 1 }, 2 * MINUTE);
    expect(reopened.timer.status).toBe('firing');
    expect(placesOf(reopened.timer)).toEqual([]);
  });

  it('changes nothing when it is said again, or to a timer that has ended', () => {
    const { timer, when } = counted();
    expect(when({ type: 'count', against: ['agent:bot'] }, 1).timer).toBe(timer);
    const ended = counted().when({ type: 'cancel' }, 1);
    expect(ended.when({ type: 'count', against: ['agent:bot'] }, 2).timer).toBe(ended.timer);
    expect(placesOf(countingAgainst(ended.timer, ['agent:bot']))).toEqual([]);
  });

  it('is taken by an occurrence as it fires, or it is skipped where there is no room', () => {
    const due = given({ events: onExpire([message]), occurrence: { plannedAt: BIRTH, revision: 1 } });
    const fired = due.wake(MINUTE, { unfit: null, countAgainst: ['agent:bot'] });
    expect([fired.timer.status, placesOf(fired.timer)]).toEqual(['firing', ['agent:bot']]);
    const skipped = due.wake(MINUTE, { unfit: null, noRoom: 'no room' });
    expect(skipped.timer.status).toBe('skipped');
    expect(skipped.timer.log.at(-1)).toMatchObject({ type: 'timer.skipped', message: 'no room' });
  });
});
