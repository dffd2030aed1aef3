import { describe, expect, it } from '@jest/globals';
import { given } from './test-story.ts';
import { acting, BIRTH, message, onExpire, webhook } from './test-timer.ts';
import { transition } from './transition.ts';

const MINUTE = 60_000;
const TOUCH = { type: 'touch' } as const;

describe('touch', () => {
  it('starts the clock again with its original span', () => {
    const { timer, effects } = given().when(TOUCH, 50_000);
    expect(timer).toMatchObject({ status: 'running', fireAt: BIRTH + 50_000 + MINUTE, generation: 2 });
    expect(effects).toContainEqual({ type: 'arm', at: BIRTH + 50_000 + MINUTE, generation: 2 });
    expect(effects).toContainEqual({ type: 'disarm', at: BIRTH + MINUTE, generation: 1 });
  });

  it('undoes an extension and a set instant, and takes a new span', () => {
    const extended = given().when({ type: 'extend', byMs: MINUTE }, 0).when(TOUCH, 1_000);
    expect(extended.timer).toMatchObject({ fireAt: BIRTH + 1_000 + MINUTE });
    const instant = { type: 'instant', at: BIRTH + 5 } as const;
    const moved = given().when({ type: 'reschedule', when: instant }, 0).when(TOUCH, 1_000);
    expect(moved.timer).toMatchObject({ fireAt: BIRTH + 1_000 + MINUTE });
    const span = { type: 'span', ms: 5_000 } as const;
    const shortened = given().when({ type: 'reschedule', when: span }, 0).when(TOUCH, 1_000);
    expect(shortened.when(TOUCH, 2_000).timer).toMatchObject({ fireAt: BIRTH + 7_000 });
  });

  it('leaves a paused timer paused with all of its span, and a waiting one as it is', () => {
    const paused = given().when({ type: 'pause' }, 50_000).when(TOUCH, MINUTE);
    expect(paused.timer).toMatchObject({ status: 'paused', remainingMs: MINUTE, generation: 3 });
    const dependencies = {
      parents: [{ id: 'tmr_a', outcome: null }],
      when: 'fired',
      onFailure: 'cancel',
      uncheckedSince: null,
    } as const;
    const waiting = given({ dependencies: { ...dependencies, parents: [...dependencies.parents] } });
    expect(waiting.when(TOUCH, 1).timer).toBe(waiting.timer);
  });

  it('comes too late once the timer has fired', () => {
    const fired = given().wake(MINUTE).timer;
    expect(transition(fired, TOUCH, BIRTH + MINUTE)).toMatchObject({ code: 'timer_already_fired' });
    const cancelled = given().when({ type: 'cancel' }, 1).timer;
    expect(transition(cancelled, TOUCH, BIRTH + MINUTE)).toMatchObject({ code: 'timer_settled' });
  });

  it('keeps of touches in a row the latest in the history, with their number', () => {
    let story = given();
    for (let n = 1; n <= 500; n++) story = story.when(TOUCH, n * 1_000);
    expect(story.timer.log.map(({ type }) => type)).toEqual(['timer.created', 'timer.touched']);
    expect(story.timer.log[1]).toMatchObject({ at: BIRTH + 500_000, data: { times: 500 }, version: 501 });
    const again = story.when({ type: 'pause' }, 501_000).when(TOUCH, 502_000);
    expect(again.timer.log.map(({ data }) => data?.times)).toEqual([undefined, 500, undefined, 1]);
  });

  it('lets the shares of the span come up again', () => {
    const events = acting({ progress: { shares: [0.5], actions: [message] } });
    const first = given({ events }).wake(30_000).report('succeeded', 30_001);
    const second = first.when(TOUCH, 40_000).wake(70_000);
    expect(second.told).toEqual(['timer.progress']);
    expect(second.timer.deliveries.map(({ share }) => share)).toEqual([0.5, 0.5]);
  });

  it('piles up no warnings while the first is still under way', () => {
    const events = acting({ progress: { shares: [0.5], actions: [message] } });
    let story = given({ events }).wake(30_000);
    for (let n = 1; n <= 20; n++) story = story.when(TOUCH, n * 40_000).wake(n * 40_000 + 30_000);
    const underWay = story.timer.deliveries.filter(({ status }) => status === 'delivering');
    expect(underWay).toHaveLength(1);
  });
});

describe('end-line', () => {
  const END = { type: 'end-line' } as const;

  it('cancels a pending timer, which then makes no more timers', () => {
    const { timer, told } = given({ events: acting({ cancel: [message] }) }).when(END, 1);
    expect([timer.status, timer.lineEnded, told]).toEqual(['cancelled', true, ['timer.cancelled']]);
    expect(timer.deliveries).toHaveLength(1);
  });

  it('marks a fired timer that has something under way, once', () => {
    const marked = given({ events: onExpire([webhook]) })
      .wake(MINUTE)
      .when(END, MINUTE);
    expect(marked.timer).toMatchObject({ status: 'firing', lineEnded: true, generation: 1 });
    expect(marked.when(END, MINUTE).timer).toBe(marked.timer);
  });

  it('leaves alone what has nothing left to do', () => {
    const done = given().wake(MINUTE).report('succeeded', MINUTE);
    expect(done.when(END, MINUTE).timer).toBe(done.timer);
  });
});
