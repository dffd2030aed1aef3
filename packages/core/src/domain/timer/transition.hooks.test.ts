import { describe, expect, it } from '@jest/globals';
import type { TimerCommand } from './commands.ts';
import type { Dependencies, ParentOutcome } from './state.ts';
import { given, type Story } from './test-story.ts';
import { BIRTH } from './test-timer.ts';
import { alarmAt, timeRemainingMs } from './time.ts';

const MINUTE = 60_000;

function waiting(fields: Partial<Dependencies> = {}): Story {
  const parents = ['tmr_a', 'tmr_b'].map((id) => ({ id, outcome: null }));
  return given({
    dependencies: { parents, when: 'fired', onFailure: 'cancel', uncheckedSince: null, ...fields },
  });
}

function settle(parentId: string, outcome: ParentOutcome): TimerCommand {
  return { type: 'settle-parent', parentId, outcome };
}

describe('a timer with parents', () => {
  it('waits without an alarm, with its whole time before it', () => {
    const { timer } = waiting();
    expect(timer.status).toBe('waiting');
    expect(alarmAt(timer)).toBeNull();
    expect(timeRemainingMs(timer, BIRTH + 10 * MINUTE)).toBe(MINUTE);
  });

  it('starts its clock when the last parent has fired', () => {
    const half = waiting().when(settle('tmr_a', 'fired'), MINUTE);
    expect(half.timer.status).toBe('waiting');
    const started = half.when(settle('tmr_b', 'fired'), 5 * MINUTE);
    expect(started.timer).toMatchObject({
      status: 'running',
      startedAt: BIRTH + 5 * MINUTE,
      fireAt: BIRTH + 6 * MINUTE,
    });
    expect(started.effects).toContainEqual({ type: 'arm', at: BIRTH + 6 * MINUTE, generation: 1 });
    expect(started.told).toEqual(['timer.started']);
  });

  it('starts at once when its parents had fired before it was made', () => {
    const parents = [{ id: 'tmr_a', outcome: 'fired' as const }];
    expect(waiting({ parents }).timer.status).toBe('running');
    expect(waiting({ parents, when: 'succeeded' }).timer.status).toBe('waiting');
  });

  it('waits for deliveries only where it asks for success', () => {
    const story = waiting({ when: 'succeeded' })
      .when(settle('tmr_a', 'fired'), 1)
      .when(settle('tmr_b', 'succeeded'), 2);
    expect(story.timer.status).toBe('waiting');
    expect(story.when(settle('tmr_a', 'succeeded'), 3).timer.status).toBe('running');
  });

  it('is cancelled when a parent ends without firing', () => {
    const { timer, told } = waiting().when(settle('tmr_b', 'failed'), MINUTE);
    expect(timer).toMatchObject({
      status: 'cancelled',
      settledAt: BIRTH + MINUTE,
      startedAt: null,
      fireAt: null,
    });
    expect(told).toEqual(['timer.cancelled']);
  });

  it('goes on without a failed parent where it says so', () => {
    const story = waiting({ onFailure: 'start' }).when(settle('tmr_a', 'failed'), 1);
    expect(story.timer.status).toBe('waiting');
    expect(story.when(settle('tmr_b', 'fired'), 2).timer.status).toBe('running');
  });

  it.each(['succeeded', 'undelivered', 'failed'] as const)(
    'counts a parent that fired as fired, though it is %s later',
    (outcome) => {
      const story = waiting().when(settle('tmr_a', 'fired'), 1).when(settle('tmr_a', outcome), 2);
      expect(story.timer.status).toBe('waiting');
      expect(story.when(settle('tmr_b', 'fired'), 3).timer.status).toBe('running');
    },
  );

  it('counts an undelivered parent as fired when it hears of nothing before', () => {
    const story = waiting().when(settle('tmr_a', 'undelivered'), 1).when(settle('tmr_b', 'undelivered'), 2);
    expect(story.timer.status).toBe('running');
  });

  it('is cancelled by an undelivered parent where it asks for success', () => {
    const story = waiting({ when: 'succeeded' })
      .when(settle('tmr_a', 'fired'), 1)
      .when(settle('tmr_a', 'undelivered'), 2);
    expect(story.timer.status).toBe('cancelled');
  });

  it('does not change at news it has heard, nor at news of strangers', () => {
    const story = waiting({ when: 'succeeded' }).when(settle('tmr_a', 'fired'), 1);
    expect(story.when(settle('tmr_a', 'fired'), 2).timer).toBe(story.timer);
    expect(story.when(settle('tmr_x', 'failed'), 2).timer).toBe(story.timer);
  });

  it('hears nothing any more once it runs', () => {
    const running = waiting().when(settle('tmr_a', 'fired'), 1).when(settle('tmr_b', 'fired'), 2);
    expect(running.when(settle('tmr_a', 'failed'), 3).timer).toBe(running.timer);
  });

  it.each([
    [{ type: 'extend', byMs: MINUTE }, 2 * MINUTE],
    [{ type: 'reschedule', when: { type: 'span', ms: 5_000 } }, 5_000],
    [{ type: 'reschedule', when: { type: 'instant', at: BIRTH + 3 * MINUTE } }, 3 * MINUTE],
  ] as const)('keeps waiting at %j', (command, remainingMs) => {
    const { timer } = waiting().when(command, 0);
    expect(timer).toMatchObject({ status: 'waiting', generation: 2 });
    expect(timeRemainingMs(timer, BIRTH)).toBe(remainingMs);
  });

  it('fires by request without them', () => {
    expect(waiting().when({ type: 'fire-now' }, MINUTE).timer).toMatchObject({
      status: 'firing',
      fireAt: BIRTH + MINUTE,
      driftMs: 0,
      generation: 2,
    });
  });

  it('is cancelled by request', () => {
    expect(waiting().when({ type: 'cancel' }, MINUTE).timer.status).toBe('cancelled');
  });
});

describe('a timer with conditions', () => {
  const met = { met: true, reason: 'environment is production' };
  const unmet = { met: false, reason: 'tests_passed is false' };
  const skipping = given({ conditions: { query: {}, onUnmet: { type: 'skip' } } });
  const rechecking = given({
    conditions: { query: {}, onUnmet: { type: 'recheck', everyMs: 30_000, giveUpAfterMs: MINUTE } },
  });

  it('fires when they are met, and says why', () => {
    const { timer } = skipping.wake(MINUTE, { verdict: met });
    expect(timer.status).toBe('firing');
    expect(timer.log.at(-1)).toMatchObject({
      type: 'timer.fired',
      message: 'Fired: environment is production',
    });
  });

  it('is skipped when they are not, and says why', () => {
    const { timer, told } = skipping.wake(MINUTE, { verdict: unmet });
    expect(timer).toMatchObject({ status: 'skipped', settledAt: BIRTH + MINUTE });
    expect(timer.log.at(-1)?.message).toBe('Conditions not met: tests_passed is false');
    expect(told).toEqual(['timer.skipped']);
  });

  it('is looked at again and again, then given up', () => {
    let story = rechecking.wake(MINUTE, { verdict: unmet });
    expect(story.told).toEqual(['timer.recheck']);
    expect(story.effects).toContainEqual({ type: 'arm', at: BIRTH + MINUTE + 30_000, generation: 1 });
    story = story.wake(MINUTE + 30_000, { verdict: unmet });
    expect(alarmAt(story.timer)).toBe(BIRTH + 2 * MINUTE);
    story = story.wake(2 * MINUTE, { verdict: unmet });
    expect(story.timer.status).toBe('skipped');
  });

  it('fires at the look that finds them met', () => {
    const story = rechecking.wake(MINUTE, { verdict: unmet }).wake(MINUTE + 30_000, { verdict: met });
    expect(story.timer).toMatchObject({ status: 'firing', fireAt: BIRTH + MINUTE, driftMs: 30_000 });
  });

  it('is not looked at before the next look is due', () => {
    const story = rechecking.wake(MINUTE, { verdict: unmet });
    expect(story.wake(MINUTE + 29_999, { verdict: met }).timer).toBe(story.timer);
  });

  it.each([
    { type: 'extend', byMs: 5 * MINUTE },
    { type: 'reschedule', when: { type: 'span', ms: 5 * MINUTE } },
  ] as const)('forgets the next look at $type: the new time counts', (command) => {
    const story = rechecking.wake(MINUTE, { verdict: unmet }).when(command, MINUTE);
    expect(alarmAt(story.timer)).toBe(BIRTH + 6 * MINUTE);
    expect(story.wake(MINUTE + 30_000, { verdict: met }).timer).toBe(story.timer);
  });

  it('is asked for no verdict before it is due', () => {
    expect(skipping.wake(MINUTE - 1).timer).toBe(skipping.timer);
    expect(() => skipping.wake(MINUTE)).toThrow('were not judged');
  });

  it('fires by request without regard to them', () => {
    expect(skipping.when({ type: 'fire-now' }, 0).timer.status).toBe('firing');
  });
});
