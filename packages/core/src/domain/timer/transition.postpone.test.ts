import { describe, expect, it } from '@jest/globals';
import { always } from '../../testing/timer-lives.ts';
import { MAX_POSTPONED_MS } from '../endpoint/state.ts';
import type { PostponedAttempt } from './commands.ts';
import { isHeld, postponableMs } from './postponement.ts';
import { given, type Story } from './test-story.ts';
import { BIRTH, onExpire, webhook } from './test-timer.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function postponed(fields: Partial<PostponedAttempt> = {}) {
  const attempt = { deliveryNumber: 1, attempt: 1, endpointId: 'end_a', pausedAt: 7, until: null };
  return { type: 'postpone' as const, ...attempt, reason: 'https://a.example is paused', ...fields };
}

function delivery({ timer }: Story, number = 1) {
  const found = timer.deliveries.find((each) => each.number === number);
  if (found === undefined) throw new Error(`there is no delivery ${number}`);
  return found;
}

const released = (at: number, isProbe = false) =>
  ({ type: 'release', endpointId: 'end_a', at, isProbe }) as const;

describe('an attempt whose endpoint is paused', () => {
  const due = given().wake(MINUTE);

  it('is given back unmade: the next one has its number', () => {
    const story = due.when(postponed({ until: BIRTH + 2 * MINUTE }), MINUTE);
    expect(delivery(story)).toMatchObject({ status: 'pending', attemptCount: 0, attempts: [], lease: null });
    expect(story.effects).toContainEqual({ type: 'arm', at: BIRTH + 2 * MINUTE, generation: 1 });
    expect(story.wake(2 * MINUTE).effects).toContainEqual({ type: 'deliver', deliveryNumber: 1, attempt: 1 });
  });

  it('waits until the endpoint resumes, and then goes out when it is told to', () => {
    const held = due.when(postponed(), MINUTE);
    expect(delivery(held).nextAttemptAt).toBe(BIRTH + MINUTE + MAX_POSTPONED_MS);
    const at = BIRTH + 2 * MINUTE;
    expect(held.when({ ...released(at), endpointId: 'end_b' }, 2 * MINUTE).timer).toBe(held.timer);
    const free = held.when(released(at), 2 * MINUTE);
    expect(delivery(free).nextAttemptAt).toBe(at);
    expect(free.effects).toContainEqual({ type: 'arm', at, generation: 1 });
    expect(free.when(released(at + 1), 2 * MINUTE).timer).toBe(free.timer);
  });

  it('goes out alone as a probe, and goes on waiting should that come to nothing', () => {
    const [one, two] = [webhook, webhook];
    const both = given({ events: onExpire([one, two]) })
      .wake(MINUTE)
      .when(postponed(), MINUTE)
      .when(postponed({ deliveryNumber: 2 }), MINUTE)
      .when(released(BIRTH + 2 * MINUTE, true), MINUTE);
    const times = both.timer.deliveries.map(({ nextAttemptAt }) => nextAttemptAt);
    expect(times).toEqual([BIRTH + 2 * MINUTE, BIRTH + MINUTE + MAX_POSTPONED_MS]);
    expect(both.timer.deliveries.map(isHeld)).toEqual([true, true]);
  });

  it('is in the log once for each pause', () => {
    const first = due.when(postponed(), MINUTE);
    expect(first.told).toEqual(['delivery.postponed']);
    const again = first.when(released(BIRTH + 2 * MINUTE, true), MINUTE).wake(2 * MINUTE);
    expect(again.when(postponed(), 2 * MINUTE).told).toEqual([]);
    expect(again.when(postponed({ pausedAt: 8 }), 2 * MINUTE).told).toEqual(['delivery.postponed']);
  });

  it('can be postponed for 72 h in all, attempts in between or not', () => {
    const probed = due
      .when(postponed({ until: BIRTH + HOUR }), MINUTE)
      .wake(HOUR)
      .report('failed', HOUR);
    expect(postponableMs(delivery(probed), BIRTH + 9 * HOUR)).toBe(MAX_POSTPONED_MS - HOUR + MINUTE);
    const again = probed.wake(2 * HOUR).when(postponed({ attempt: 2 }), 2 * HOUR);
    expect(delivery(again).nextAttemptAt).toBe(BIRTH + 2 * HOUR + MAX_POSTPONED_MS - HOUR + MINUTE);
    const late = again.wake(100 * HOUR);
    expect(postponableMs(delivery(late), BIRTH + 100 * HOUR)).toBeLessThan(0);
  });

  it('starts over with a redelivery', () => {
    const exhausted = due
      .when(postponed(), MINUTE)
      .wake(73 * HOUR)
      .report('refused', 73 * HOUR);
    expect(exhausted.timer.status).toBe('failed');
    const reopened = exhausted.when({ type: 'redeliver', deliveryNumber: 1 }, 74 * HOUR);
    expect(postponableMs(delivery(reopened), BIRTH + 74 * HOUR)).toBe(MAX_POSTPONED_MS);
  });

  it('stays as it is when it is not under way any more', () => {
    expect(due.when(postponed({ attempt: 2 }), MINUTE).timer).toBe(due.timer);
    const over = due.report('succeeded', MINUTE);
    expect(over.when(postponed(), MINUTE).timer).toBe(over.timer);
  });

  it('never waits longer than it may', () => {
    always(({ after, now, command }) => {
      if (command.type !== 'postpone') return;
      for (const each of after.deliveries.filter(isHeld)) {
        const left = Math.max(0, postponableMs(each, now));
        if (each.number === command.deliveryNumber)
          expect(each.nextAttemptAt).toBeLessThanOrEqual(now + left);
      }
    });
  });
});
