import { describe, expect, it } from '@jest/globals';
import type { Alarm } from '@minoots/core';
import fc from 'fast-check';
import { anotherTaskRef, sweepTaskRef, taskRef } from './task-name.ts';

const NOW = Date.UTC(2030, 0, 1);
const ALARM: Alarm = { teamId: 'team_a', timerId: 'tmr_4fZk0Qw7cTn2Ry9LbXa1Ve', at: NOW, generation: 3 };
const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }),
  fc.stringMatching(/^[a-c1_-]{1,4}$/),
);
const alarm: fc.Arbitrary<Alarm> = fc.record({
  teamId: name,
  timerId: name,
  at: fc.integer({ min: 0, max: 4e12 }),
  generation: fc.integer({ min: 1, max: 12 }),
});

describe('taskRef', () => {
  it('begins with a hash and can be read', () => {
    expect(taskRef(ALARM, NOW, 4).id).toMatch(/^[0-9a-f]{16}-tmr_4fZk0Qw7cTn2Ry9LbXa1Ve-3-1893456000000$/);
  });

  it('is an id that Cloud Tasks takes, whatever the timer is called', () => {
    fc.assert(
      fc.property(alarm, (each) => {
        const ids = [
          taskRef(each, each.at, 8).id,
          sweepTaskRef(each, NOW, 8).id,
          anotherTaskRef(each, each.at, 8, '0a1b2c3d').id,
        ];
        for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{1,500}$/);
        expect(new Set(ids).size).toBe(3);
      }),
    );
  });

  it('differs between teams, timers, generations and instants, and is the same for equals', () => {
    fc.assert(
      fc.property(alarm, alarm, (one, other) => {
        const isEqual =
          one.teamId === other.teamId &&
          one.timerId === other.timerId &&
          one.generation === other.generation &&
          one.at === other.at;
        expect(taskRef(one, one.at, 8).id === taskRef(other, other.at, 8).id).toBe(isEqual);
        expect(taskRef({ ...one }, one.at, 8)).toEqual(taskRef(one, one.at, 8));
      }),
    );
  });

  it('tells apart teams with one timer id, and what a separator could confuse', () => {
    const ids = [
      { ...ALARM, teamId: 'a', timerId: 'b-1', generation: 1 },
      { ...ALARM, teamId: 'a', timerId: 'b', generation: 1 },
      { ...ALARM, teamId: 'other', timerId: 'b', generation: 1 },
      { ...ALARM, teamId: 'a-b', timerId: '1', generation: 1 },
      { ...ALARM, teamId: 'a', timerId: 'b.1', generation: 1 },
      { ...ALARM, teamId: 'a', timerId: 'b_1', generation: 1 },
    ].map((each) => taskRef(each, NOW, 1).id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('spreads timers over all queues, whatever their ids begin with', () => {
    const counts = new Map<number, number>();
    for (let index = 0; index < 8_000; index++) {
      const { queue } = taskRef({ ...ALARM, timerId: `nightly-${index}` }, NOW, 8);
      counts.set(queue, (counts.get(queue) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});

describe('sweepTaskRef', () => {
  it('stays the same for ten minutes and then changes', () => {
    const first = sweepTaskRef(ALARM, NOW, 4);
    expect(sweepTaskRef(ALARM, NOW + 599_999, 4)).toEqual(first);
    expect(sweepTaskRef(ALARM, NOW + 600_000, 4)).not.toEqual(first);
  });

  it('lies in the queue of the alarm', () => {
    expect(sweepTaskRef(ALARM, NOW, 64).queue).toBe(taskRef(ALARM, NOW, 64).queue);
  });
});
