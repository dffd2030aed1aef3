import { describe, expect, it } from '@jest/globals';
import type { TimerCommand } from './commands.ts';
import type { OutboxItem } from './state.ts';
import { given, type Story } from './test-story.ts';
import { BIRTH, onExpire } from './test-timer.ts';
import { alarmAt, dueAt } from './time.ts';

const MINUTE = 60_000;
const clear = (untilVersion: number): TimerCommand => ({ type: 'clear-outbox', untilVersion });

function told({ effects }: Story): OutboxItem[] {
  return effects.flatMap((effect) => (effect.type === 'tell-others' ? effect.items : []));
}

describe('a timer that others wait for', () => {
  const awaited = given().when({ type: 'expect-dependents' }, 0);
  const fired = awaited.wake(MINUTE);

  it('takes note of that once', () => {
    expect(awaited.timer).toMatchObject({ hasDependents: true, version: 2, generation: 1 });
    expect(awaited.when({ type: 'expect-dependents' }, 1).timer).toBe(awaited.timer);
    expect(awaited.effects).toEqual([]);
  });

  it('takes no note of it once it has ended: its outcome is known', () => {
    const ended = given().when({ type: 'cancel' }, 0);
    expect(ended.when({ type: 'expect-dependents' }, 1).timer).toBe(ended.timer);
  });

  it('keeps the news for them, and has them told', () => {
    const item = { type: 'wake-dependents', outcome: 'fired', version: 3, since: BIRTH + MINUTE };
    expect(fired.timer.outbox).toEqual([item]);
    expect(told(fired)).toEqual([item]);
  });

  it.each<[string, Story, string[]]>([
    ['all is delivered', fired.report('succeeded', MINUTE), ['fired', 'succeeded']],
    ['a delivery is exhausted', fired.report('gone', MINUTE), ['fired', 'undelivered']],
    ['it is cancelled', awaited.when({ type: 'cancel' }, 0), ['failed']],
    [
      'it has nothing to deliver',
      given({ events: onExpire([]) })
        .when({ type: 'expect-dependents' }, 0)
        .wake(MINUTE),
      ['succeeded'],
    ],
    [
      'it is skipped',
      given({ conditions: { query: {}, onUnmet: { type: 'skip' } } })
        .when({ type: 'expect-dependents' }, 0)
        .wake(MINUTE, { verdict: { met: false, reason: 'no' } }),
      ['failed'],
    ],
  ])('says what became of it when %s', (_, { timer }, outcomes) => {
    expect(timer.outbox.map((item) => item.type === 'wake-dependents' && item.outcome)).toEqual(outcomes);
  });

  it('has nothing to say of a pause, a new time or a new name', () => {
    const moved = awaited
      .when({ type: 'pause' }, 0)
      .when({ type: 'extend', byMs: 1 }, 0)
      .when({ type: 'resume' }, 0)
      .when({ type: 'update', changes: { name: 'x' } }, 0);
    expect(moved.timer.outbox).toEqual([]);
  });

  it('says nothing to nobody', () => {
    expect(given().wake(MINUTE).report('succeeded', MINUTE).timer.outbox).toEqual([]);
  });

  // A process may stop between the change and the telling.
  it('is due for recovery until they have been told, and has them told again at each alarm', () => {
    const cancelled = awaited.when({ type: 'cancel' }, 1_000);
    expect(alarmAt(cancelled.timer)).toBe(BIRTH + 1_000);
    expect(dueAt(cancelled.timer)).toBeNull();
    const again = cancelled.wake(MINUTE);
    expect(again.timer).toBe(cancelled.timer);
    expect(told(again)).toEqual(cancelled.timer.outbox);
    const cleared = again.when(clear(cancelled.timer.version), MINUTE);
    expect(cleared.timer.outbox).toEqual([]);
    expect(alarmAt(cleared.timer)).toBeNull();
    expect(told(cleared.wake(MINUTE))).toEqual([]);
  });

  it('keeps what came after the news that were told', () => {
    const both = fired.report('succeeded', MINUTE);
    const [first, second] = both.timer.outbox;
    expect(both.when(clear(first?.version ?? 0), MINUTE).timer.outbox).toEqual([second]);
    expect(both.when(clear(both.timer.version), MINUTE).timer.outbox).toEqual([]);
    expect(both.when(clear(0), MINUTE).timer).toBe(both.timer);
  });

  it('has old news and new ones told by the alarm that brings both', () => {
    const item = { type: 'spawn-next', scheduleId: 'sch_1' };
    const story = given({ scheduleId: 'sch_1' }).when({ type: 'expect-dependents' }, 0).wake(MINUTE);
    expect(told(story)).toMatchObject([{ outcome: 'fired' }, item]);
    const lost = story.wake(MINUTE + 1, { abandonLeases: true });
    expect(told(lost)).toMatchObject([{ outcome: 'fired' }, item]);
  });

  it('tells them again of an expiry that is delivered again', () => {
    const failed = fired.report('gone', MINUTE).when(clear(99), MINUTE);
    const again = failed.when({ type: 'redeliver', deliveryNumber: 1 }, 2 * MINUTE).wake(2 * MINUTE);
    const done = again.report('succeeded', 2 * MINUTE);
    expect(done.timer.outbox).toMatchObject([{ outcome: 'fired' }, { outcome: 'succeeded' }]);
  });
});

describe('a timer that waits and was stored a moment ago', () => {
  const parents = ['tmr_a', 'tmr_b'].map((id) => ({ id, outcome: null }));
  const unchecked = given({
    dependencies: { parents, when: 'fired', onFailure: 'cancel', uncheckedSince: BIRTH },
  });

  it('is due for recovery, and asks at each alarm to look at its parents', () => {
    expect(alarmAt(unchecked.timer)).toBe(BIRTH);
    expect(dueAt(unchecked.timer)).toBeNull();
    const woken = unchecked.wake(MINUTE);
    expect(woken.timer).toBe(unchecked.timer);
    expect(woken.effects).toEqual([{ type: 'check-parents' }]);
  });

  it('waits without an alarm once they have been looked at', () => {
    const checked = unchecked.when({ type: 'parents-checked' }, 1_000);
    expect(alarmAt(checked.timer)).toBeNull();
    expect(checked.wake(MINUTE).effects).toEqual([]);
    expect(checked.when({ type: 'parents-checked' }, 2_000).timer).toBe(checked.timer);
  });

  it('asks no more once it runs', () => {
    const settle = (parentId: string): TimerCommand => ({
      type: 'settle-parent',
      parentId,
      outcome: 'fired',
    });
    const running = unchecked.when(settle('tmr_a'), 1).when(settle('tmr_b'), 2);
    expect(alarmAt(running.timer)).toBe(BIRTH + 2 + MINUTE);
    expect(running.wake(3).effects.map(({ type }) => type)).toEqual(['arm']);
  });

  it('has nothing to check without parents', () => {
    const alone = given();
    expect(alone.when({ type: 'parents-checked' }, 1).timer).toBe(alone.timer);
  });
});

describe('a timer of a schedule', () => {
  const next = expect.objectContaining({ type: 'spawn-next', scheduleId: 'sch_1' });

  it.each([
    ['fires', (story: Story) => story.wake(MINUTE)],
    ['is fired by request', (story: Story) => story.when({ type: 'fire-now' }, 0)],
    ['is cancelled', (story: Story) => story.when({ type: 'cancel' }, 0)],
  ])('asks for the next one when it %s, and not again', (_, live) => {
    const story = live(given({ scheduleId: 'sch_1' }));
    expect(told(story)).toEqual([next]);
    expect(told(story.when(clear(story.timer.version), MINUTE).wake(2 * MINUTE))).toEqual([]);
  });

  it('does not ask again at a redelivery', () => {
    const done = given({ scheduleId: 'sch_1' }).wake(MINUTE).when(clear(2), MINUTE).report('gone', MINUTE);
    expect(done.timer.outbox).toEqual([]);
    const again = done.when({ type: 'redeliver', deliveryNumber: 1 }, MINUTE);
    expect(told(again)).toEqual([]);
    expect(told(again.wake(MINUTE).report('succeeded', MINUTE))).toEqual([]);
  });

  it('does not ask while it is pending', () => {
    const story = given({ scheduleId: 'sch_1' }).when({ type: 'pause' }, 0).when({ type: 'resume' }, 1);
    expect(story.timer.outbox).toEqual([]);
  });
});
