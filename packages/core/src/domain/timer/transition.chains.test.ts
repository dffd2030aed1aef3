import { describe, expect, it } from '@jest/globals';
import type { NewTimer } from './create.ts';
import type { Dependencies } from './state.ts';
import { given, type Story } from './test-story.ts';
import { acting, BIRTH, message, onExpire } from './test-timer.ts';

const MINUTE = 60_000;

/** A timer of one minute with two parents. */
function waiting(fields: Partial<NewTimer> = {}, policy: Partial<Dependencies> = {}): Story {
  const parents = ['tmr_a', 'tmr_b'].map((id) => ({ id, outcome: null }));
  const dependencies: Dependencies = {
    parents,
    when: 'fired',
    onFailure: 'cancel',
    uncheckedSince: null,
    ...policy,
  };
  return given({ dependencies, events: onExpire([]), ...fields });
}

/** Both parents fired, the second one `atMs` after the timer's birth; it is told `toldMs` after its birth. */
function bothFired(story: Story, atMs: number, toldMs: number): Story {
  return story
    .when({ type: 'settle-parent', parentId: 'tmr_b', outcome: 'fired', at: BIRTH + atMs }, toldMs)
    .when({ type: 'settle-parent', parentId: 'tmr_a', outcome: 'fired', at: BIRTH + atMs - 500 }, toldMs);
}

describe('a timer that is told of its parents late', () => {
  it('starts its time at the instant at which the last of them was through', () => {
    const { timer, effects } = bothFired(waiting(), 1_000, 5_000);
    expect(timer).toMatchObject({
      status: 'running',
      startedAt: BIRTH + 1_000,
      fireAt: BIRTH + 1_000 + MINUTE,
    });
    expect(timer.log.at(-1)).toMatchObject({ type: 'timer.started', at: BIRTH + 5_000 });
    expect(effects).toContainEqual({ type: 'arm', at: BIRTH + 1_000 + MINUTE, generation: 1 });
  });

  it('fires with the same change where its time has passed by then, and says by how much', () => {
    const { timer, told } = bothFired(waiting(), 1_000, 1_000 + MINUTE + 7);
    expect(timer).toMatchObject({ status: 'expired', startedAt: BIRTH + 1_000, driftMs: 7 });
    expect(told).toEqual(['timer.started', 'timer.fired', 'timer.expired']);
  });

  it('leaves its actions to the alarm that it arms then', () => {
    const { timer, effects } = bothFired(waiting({ events: onExpire([message]) }), 0, MINUTE);
    expect(timer).toMatchObject({ status: 'firing', deliveries: [{ status: 'pending' }] });
    expect(effects).toContainEqual({ type: 'arm', at: BIRTH + MINUTE, generation: 1 });
    expect(effects.filter(({ type }) => type === 'deliver')).toEqual([]);
  });

  it.each<[string, Partial<NewTimer>]>([
    ['conditions to judge', { conditions: { query: {}, onUnmet: { type: 'skip' } } }],
    ['shares of its time to tell', { events: acting({ progress: { shares: [0.5], actions: [message] } }) }],
  ])('leaves firing to that alarm where there are %s', (_, fields) => {
    const { timer, effects } = bothFired(waiting(fields), 0, 2 * MINUTE);
    expect(timer.status).toBe('running');
    expect(effects.filter(({ type }) => type === 'arm')).toHaveLength(1);
  });

  it('starts now where nobody knows when a parent failed', () => {
    const { timer } = waiting({}, { onFailure: 'start' })
      .when({ type: 'settle-parent', parentId: 'tmr_a', outcome: 'fired', at: BIRTH }, 1_000)
      .when({ type: 'settle-parent', parentId: 'tmr_b', outcome: 'failed' }, 5_000);
    expect(timer).toMatchObject({ status: 'running', startedAt: BIRTH + 5_000 });
  });

  it('starts neither before its own birth nor in the future, whatever the clocks of others say', () => {
    expect(bothFired(waiting(), -1_000, 10).timer).toMatchObject({ startedAt: BIRTH });
    expect(bothFired(waiting(), 9_000, 10).timer).toMatchObject({ startedAt: BIRTH + 10 });
  });
});

describe('the history of a timer whose parents fail', () => {
  it('names each parent and what it did (complaint 13)', () => {
    const { timer } = waiting({}, { when: 'succeeded', onFailure: 'start' })
      .when({ type: 'settle-parent', parentId: 'tmr_a', outcome: 'undelivered' }, 1)
      .when({ type: 'settle-parent', parentId: 'tmr_b', outcome: 'failed' }, 2);
    expect(timer.log.at(-1)).toMatchObject({
      type: 'timer.started',
      data: { failed_parents: ['tmr_a', 'tmr_b'] },
    });
    const cancelled = waiting({}, { when: 'succeeded' }).when(
      { type: 'settle-parent', parentId: 'tmr_a', outcome: 'undelivered' },
      1,
    );
    expect(cancelled.timer.log.at(-1)).toMatchObject({
      type: 'timer.cancelled',
      message: 'A parent failed: not all actions of tmr_a were delivered',
      data: { failed_parents: ['tmr_a'] },
    });
  });
});
