import { describe, expect, it } from '@jest/globals';
import { createTimer } from './create.ts';
import { type Dependencies, MAX_DELIVERIES, MAX_UNDER_WAY, type ParentOutcome } from './state.ts';
import { given, type Story } from './test-story.ts';
import { acting, BIRTH, message, newTimer, onExpire, webhook } from './test-timer.ts';
import { alarmAt, dueAt } from './time.ts';
import { transition } from './transition.ts';

const MINUTE = 60_000;
const redeliver = (deliveryNumber: number) => ({ type: 'redeliver', deliveryNumber }) as const;

function childOf(outcome: ParentOutcome | null): Dependencies {
  return { parents: [{ id: 'tmr_a', outcome }], when: 'fired', onFailure: 'cancel', uncheckedSince: null };
}

describe('a timer that acts when it is cancelled', () => {
  const events = acting({ expire: [webhook], cancel: [webhook, message] });
  const cancelled = given({ events }).when({ type: 'cancel' }, 1_000);

  it('has its actions due at once, under its new generation', () => {
    expect(cancelled.told).toEqual(['timer.cancelled']);
    expect(cancelled.effects).toContainEqual({ type: 'arm', at: BIRTH + 1_000, generation: 2 });
    const woken = cancelled.wake(1_000);
    expect(woken.timer.deliveries).toMatchObject([
      { number: 1, trigger: 'cancel', share: null, status: 'delivering', action: { type: 'webhook' } },
      { number: 2, trigger: 'cancel', share: null, status: 'delivering', action: { type: 'message' } },
    ]);
    expect(woken.effects).toContainEqual({ type: 'deliver', deliveryNumber: 1, attempt: 1 });
  });

  it.each(['waiting', 'running', 'paused'] as const)('does so when it was %s', (status) => {
    const pending = given({ events, dependencies: status === 'waiting' ? childOf(null) : null });
    const story = status === 'paused' ? pending.when({ type: 'pause' }, 0) : pending;
    expect(story.timer.status).toBe(status);
    expect(story.when({ type: 'cancel' }, 1).timer.deliveries).toHaveLength(2);
  });

  it('stays cancelled, whatever becomes of them', () => {
    const tried = cancelled.wake(1_000);
    expect(tried.report('succeeded', 1_100).told).toEqual(['delivery.succeeded']);
    const over = tried.report('succeeded', 1_100).report('gone', 1_200, { delivery: 2 });
    expect(over.told).toEqual(['delivery.exhausted']);
    expect(over.timer).toMatchObject({ status: 'cancelled', settledAt: BIRTH + 1_000, generation: 2 });
    expect(alarmAt(over.timer)).toBeNull();
  });

  it('tries them again like any other', () => {
    const failed = cancelled.wake(1_000).report('failed', 1_000);
    expect(failed.effects).toContainEqual({ type: 'arm', at: BIRTH + 2_000, generation: 2 });
    expect(failed.wake(2_000).effects).toContainEqual({ type: 'deliver', deliveryNumber: 1, attempt: 2 });
  });

  it('stays cancelled at a redelivery', () => {
    const over = cancelled.wake(1_000).report('gone', 1_000).report('succeeded', 1_000, { delivery: 2 });
    const reopened = over.when(redeliver(1), MINUTE);
    expect(reopened.timer).toMatchObject({ status: 'cancelled', settledAt: BIRTH + 1_000 });
    expect(reopened.effects).toContainEqual({ type: 'arm', at: BIRTH + MINUTE, generation: 2 });
    const done = reopened.wake(MINUTE).report('succeeded', MINUTE);
    expect(done.timer).toMatchObject({ status: 'cancelled', deliveries: [{ attemptCount: 2 }, {}] });
  });

  it('does not act twice when it is cancelled twice', () => {
    expect(cancelled.when({ type: 'cancel' }, 2_000).timer).toBe(cancelled.timer);
  });

  it('acts when a parent has failed', () => {
    const settled = given({ events, dependencies: childOf(null) }).when(
      { type: 'settle-parent', parentId: 'tmr_a', outcome: 'failed' },
      1_000,
    );
    expect(settled.timer).toMatchObject({ status: 'cancelled', deliveries: [{ trigger: 'cancel' }, {}] });
    expect(settled.effects).toContainEqual({ type: 'arm', at: BIRTH + 1_000, generation: 2 });
  });

  it('acts at birth when a parent had failed by then', () => {
    const born = createTimer(newTimer({ events, dependencies: childOf('failed') }), BIRTH);
    expect(born).toMatchObject({ status: 'cancelled', deliveries: [{ trigger: 'cancel' }, {}] });
    expect(dueAt(born)).toBe(BIRTH);
    const wake = { type: 'wake', generation: born.generation } as const;
    const woken = transition(born, wake, BIRTH);
    expect(woken).toMatchObject({
      ok: true,
      value: { timer: { deliveries: [{ status: 'delivering' }, {}] } },
    });
  });

  it('does not act when it fires, nor when it is skipped', () => {
    expect(given({ events }).wake(MINUTE).timer.deliveries).toMatchObject([{ trigger: 'expire' }]);
    const skipped = given({ events, conditions: { query: {}, onUnmet: { type: 'skip' } } }).wake(MINUTE, {
      verdict: { met: false, reason: 'no' },
    });
    expect(skipped.timer).toMatchObject({ status: 'skipped', deliveries: [] });
  });
});

describe('a timer that acts when it fails', () => {
  const events = acting({ expire: [webhook], failure: [message] });
  const failed = given({ events }).wake(MINUTE).report('gone', MINUTE);
  const triggers = ({ timer }: Story) => timer.deliveries.map(({ trigger }) => trigger);
  const failAgain = (story: Story, at: number) => story.when(redeliver(1), at).wake(at).report('gone', at);

  it('has its actions due at once', () => {
    expect(failed.timer.status).toBe('failed');
    expect(failed.told).toEqual(['delivery.exhausted', 'timer.failed']);
    expect(triggers(failed)).toEqual(['expire', 'failure']);
    expect(failed.effects).toContainEqual({ type: 'arm', at: BIRTH + MINUTE, generation: 1 });
    expect(failed.wake(MINUTE).effects).toContainEqual({ type: 'deliver', deliveryNumber: 2, attempt: 1 });
  });

  it('acts once for one failure, however many deliveries are exhausted and whatever becomes of its own', () => {
    const two = given({ events: acting({ expire: [webhook, message], failure: [message] }) })
      .wake(MINUTE)
      .report('gone', MINUTE, { delivery: 1 })
      .report('gone', MINUTE, { delivery: 2 });
    expect(triggers(two)).toEqual(['expire', 'expire', 'failure']);
    const over = two.wake(MINUTE).report('gone', MINUTE, { delivery: 3 });
    expect(over.told).toEqual(['delivery.exhausted']);
    expect(over.timer.status).toBe('failed');
    expect(triggers(over)).toHaveLength(3);
  });

  it('is handed its actions with the alarm that finds the last attempt lost', () => {
    const retry = { type: 'geometric', maxAttempts: 1, initialMs: 100, factor: 1, maxMs: 100 } as const;
    const lost = given({ events, retry })
      .wake(MINUTE)
      .wake(MINUTE + 1, { abandonLeases: true });
    expect(lost.told).toEqual(['delivery.interrupted', 'delivery.exhausted', 'timer.failed']);
    expect(lost.effects).toContainEqual({ type: 'deliver', deliveryNumber: 2, attempt: 1 });
  });

  it('does not act when all is delivered', () => {
    expect(triggers(given({ events }).wake(MINUTE).report('succeeded', MINUTE))).toEqual(['expire']);
  });

  it('acts again after a redelivery that fails again, and not after one that succeeds', () => {
    const reopened = failed.when(redeliver(1), 2 * MINUTE).wake(2 * MINUTE);
    expect(reopened.timer.status).toBe('firing');
    const again = reopened.report('gone', 2 * MINUTE);
    expect(again.told).toEqual(['delivery.exhausted', 'timer.failed']);
    expect(triggers(again)).toEqual(['expire', 'failure', 'failure']);
    const done = reopened.report('succeeded', 2 * MINUTE);
    expect(done.timer.status).toBe('expired');
    expect(triggers(done)).toEqual(['expire', 'failure']);
  });

  it('stays failed when a delivery of its failure is opened again', () => {
    const over = failed.wake(MINUTE).report('succeeded', MINUTE, { delivery: 2 });
    const reopened = over.when(redeliver(2), 2 * MINUTE);
    expect(reopened.timer).toMatchObject({ status: 'failed', settledAt: BIRTH + MINUTE });
    const done = reopened.wake(2 * MINUTE).report('gone', 2 * MINUTE, { delivery: 2 });
    expect(done.timer.status).toBe('failed');
    expect(done.told).toEqual(['delivery.exhausted']);
    expect(triggers(done)).toEqual(['expire', 'failure']);
  });

  it('forgets deliveries of its oldest failures once there are many, but none that is under way', () => {
    let story = failed;
    for (let round = 1; round <= 2 * MAX_DELIVERIES; round++) {
      const latest = story.timer.deliveries.at(-1)?.number ?? 0;
      story = failAgain(story.wake(MINUTE).report('succeeded', MINUTE, { delivery: latest }), MINUTE);
    }
    const numbers = story.timer.deliveries.map(({ number }) => number);
    expect(numbers).toHaveLength(MAX_DELIVERIES);
    expect(numbers[0]).toBe(1);
    expect(numbers.at(-1)).toBe(2 * MAX_DELIVERIES + 2);
    expect(new Set(numbers).size).toBe(MAX_DELIVERIES);
  });

  it('opens none again while very many are under way', () => {
    let story = failed;
    for (let open = 1; open < MAX_UNDER_WAY; open++) story = failAgain(story, MINUTE);
    expect(transition(story.timer, redeliver(1), BIRTH + MINUTE)).toMatchObject({
      ok: false,
      code: 'invalid_state',
    });
    const oneLess = story.wake(MINUTE).report('succeeded', MINUTE, { delivery: 2 });
    expect(failAgain(oneLess, MINUTE).timer.deliveries).toHaveLength(MAX_UNDER_WAY + 2);
  });
});

describe('what a timer keeps of attempts', () => {
  it('is less for each delivery where it has many', () => {
    const shares = Array.from({ length: 10 }, (_, index) => (index + 1) / 20);
    const actions = Array.from({ length: 10 }, () => message);
    const retry = { type: 'geometric', maxAttempts: 30, initialMs: 100, factor: 1, maxMs: 100 } as const;
    let story = given({ events: { ...onExpire([]), progress: { shares, actions } }, retry });
    for (const share of shares) {
      const at = share * MINUTE;
      story = story.wake(at);
      for (let attempt = 1; attempt <= 10; attempt++) {
        for (const { number, lease } of story.timer.deliveries)
          if (lease !== null) story = story.report('failed', at, { delivery: number });
        story = story.wake(at + 100 * attempt);
      }
    }
    const kept = story.timer.deliveries.map(({ attempts }) => attempts.length);
    expect(kept).toHaveLength(100);
    expect(Math.max(...kept)).toBe(3);
    expect(story.timer.deliveries[0]?.attempts.at(-1)?.number).toBe(
      story.timer.deliveries[0]?.lease === null ? 30 : 29,
    );
  });
});
