import { describe, expect, it } from '@jest/globals';
import { makePlan } from './plan.ts';
import { seeded } from './random.ts';

const HORIZON_MS = 45_000;

describe('makePlan', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(makePlan(seeded(1), 300, HORIZON_MS)).toEqual(makePlan(seeded(1), 300, HORIZON_MS));
    expect(makePlan(seeded(1), 300, HORIZON_MS)).not.toEqual(makePlan(seeded(2), 300, HORIZON_MS));
  });

  it('holds exactly as many timers as asked for, each with its own origin and id', () => {
    const timers = makePlan(seeded(3), 777, HORIZON_MS).flatMap((create) => create.timers);
    expect(timers).toHaveLength(777);
    expect(new Set(timers.map((timer) => timer.origin)).size).toBe(777);
    expect(new Set(timers.map((timer) => timer.clientId)).size).toBe(777);
  });

  it('uses every way to create and every command', () => {
    const plan = makePlan(seeded(4), 2_000, HORIZON_MS);
    expect(new Set(plan.map((create) => create.way))).toEqual(
      new Set([
        'client-id',
        'idempotency-key',
        'plain',
        'batch-client-ids',
        'batch-idempotency-key',
        'in-turn',
      ]),
    );
    const verbs = plan.flatMap((create) => create.timers.flatMap(({ command }) => command?.verb ?? []));
    expect(new Set(verbs)).toEqual(new Set(['cancel', 'extend', 'reschedule', 'pause']));
    const kinds = plan.flatMap((create) => create.timers.flatMap(({ job }) => job?.kind ?? []));
    expect(new Set(kinds)).toEqual(new Set(['command', 'write', 'append']));
  });

  it('lets timers wait for one or two of their own create that come before them', () => {
    const plan = makePlan(seeded(5), 2_000, HORIZON_MS);
    const counts = new Set<number>();
    for (const { timers } of plan) {
      for (const [index, { dependsOn }] of timers.entries()) {
        counts.add(dependsOn.length);
        const before = timers.slice(0, index).map(({ clientId }) => clientId);
        expect(before).toEqual(expect.arrayContaining([...dependsOn]));
      }
    }
    expect([...counts].sort()).toEqual([0, 1, 2]);
  });
});
