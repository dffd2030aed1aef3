import { describe, expect, it } from '@jest/globals';
import type { Alarm } from '@minoots/core';
import { AlarmQueue } from './alarm-queue.ts';

const alarm = (timerId: string, at: number, generation = 1): Alarm => ({
  teamId: 'team_a',
  timerId,
  at,
  generation,
});

function drain(queue: AlarmQueue): string[] {
  const taken: string[] = [];
  for (let next = queue.pop(); next !== undefined; next = queue.pop())
    taken.push(`${next.timerId}@${next.at}`);
  return taken;
}

function queueOf(...alarms: Alarm[]): AlarmQueue {
  const queue = new AlarmQueue();
  for (const each of alarms) queue.push(each);
  return queue;
}

describe('AlarmQueue', () => {
  it('gives the earliest alarm first', () => {
    expect(drain(queueOf(alarm('c', 30), alarm('a', 10), alarm('b', 20)))).toEqual(['a@10', 'b@20', 'c@30']);
  });

  it('keeps one alarm per timer: the latest that was pushed, sooner or later than the one before', () => {
    const queue = queueOf(alarm('a', 10), alarm('a', 50, 2), alarm('b', 50), alarm('b', 20, 2));
    expect(queue.size).toBe(2);
    expect(drain(queue)).toEqual(['b@20', 'a@50']);
  });

  it('drops an alarm of an older generation', () => {
    expect(drain(queueOf(alarm('a', 50, 2), alarm('a', 10, 1)))).toEqual(['a@50']);
  });

  it('holds an alarm once that is pushed twice', () => {
    const queue = queueOf(alarm('a', 10), alarm('a', 10));
    expect(drain(queue)).toEqual(['a@10']);
    expect(queue.size).toBe(0);
  });

  it('keeps equal ids of different teams apart', () => {
    expect(queueOf(alarm('a', 10), { ...alarm('a', 10), teamId: 'team_b' }).size).toBe(2);
  });

  it('forgets a removed alarm, but not one of another generation', () => {
    const queue = queueOf(alarm('a', 10, 2), alarm('b', 20));
    queue.remove({ teamId: 'team_a', timerId: 'a' }, 1);
    queue.remove({ teamId: 'team_a', timerId: 'b' }, 1);
    expect(drain(queue)).toEqual(['a@10']);
  });

  it('cuts off the latest and tells the first instant of which some may be gone', () => {
    const queue = queueOf(alarm('d', 40), alarm('a', 10), alarm('c', 30), alarm('b', 20), alarm('a', 5, 2));
    expect(queue.keepEarliest(2)).toBe(30);
    expect(queue.size).toBe(2);
    queue.push(alarm('e', 15));
    expect(drain(queue)).toEqual(['a@5', 'e@15', 'b@20']);
  });

  it('does not grow by alarms that replace one another', () => {
    const queue = new AlarmQueue();
    for (let index = 0; index < 100_000; index++) queue.push(alarm('a', 1_000_000 + index, index));
    expect(queue.size).toBe(1);
    expect(queue.heapSize).toBeLessThan(1_000);
  });
});
