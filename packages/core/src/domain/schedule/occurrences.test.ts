import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { following, occurrenceAfter, occurrencesAfter, runsBetween, toleranceMs } from './occurrences.ts';
import { nextRun, parseJitter, parseSpec, type ScheduleSpec } from './spec.ts';
import type { Schedule } from './state.ts';

const NOW = Date.UTC(2030, 0, 1);
const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];

type Plan = Pick<Schedule, 'id' | 'spec' | 'jitterMs' | 'revision' | 'catchUp'>;

const every = (everyMs: number): ScheduleSpec => ({ type: 'every', everyMs, anchorAt: NOW });
const cron = (expression: string, timezone = 'UTC'): ScheduleSpec => ({ type: 'cron', expression, timezone });
const planOf = (spec: ScheduleSpec, fields: Partial<Plan> = {}): Plan => ({
  id: 'sch_1',
  spec,
  jitterMs: 0,
  revision: 1,
  catchUp: 'none',
  ...fields,
});

describe('parseSpec', () => {
  const refusal = (timing: Parameters<typeof parseSpec>[0]) => {
    const result = parseSpec(timing, NOW);
    return result.ok ? null : result.pointer;
  };

  it('anchors a span where it is set', () => {
    expect(parseSpec({ every: '90m' }, NOW)).toEqual({ ok: true, value: every(90 * MINUTE) });
  });

  it.each<[object, string]>([
    [{}, '/cron'],
    [{ cron: '0 9 * * *', timezone: 'UTC', every: '1h' }, '/every'],
    [{ cron: '0 9 * * *' }, '/timezone'],
    [{ every: '1h', timezone: 'UTC' }, '/timezone'],
    [{ every: 999 }, '/every'],
    [{ every: '11y' }, '/every'],
    [{ every: 'often' }, '/every'],
    [{ cron: 'often', timezone: 'UTC' }, '/cron'],
  ])('refuses %j', (timing, pointer) => {
    expect(refusal(timing)).toBe(pointer);
  });

  it('keeps jitter under an hour and within the span', () => {
    expect(parseJitter({ jitter: '1h' }, cron('0 9 * * *'))).toEqual({ ok: true, value: HOUR });
    expect(parseJitter({}, every(MINUTE))).toEqual({ ok: true, value: 0 });
    for (const [jitter, spec] of [
      ['61m', cron('0 9 * * *')],
      ['1m', every(MINUTE)],
      [-1, every(MINUTE)],
    ] as const)
      expect(parseJitter({ jitter }, spec)).toMatchObject({ ok: false, pointer: '/jitter' });
  });
});

describe('occurrenceAfter', () => {
  it('counts spans from the anchor, whenever it is asked', () => {
    expect(nextRun(every(HOUR), NOW - DAY)).toBe(NOW + HOUR);
    expect(nextRun(every(HOUR), NOW)).toBe(NOW + HOUR);
    expect(nextRun(every(HOUR), NOW + HOUR - 1)).toBe(NOW + HOUR);
    expect(nextRun(every(HOUR), NOW + HOUR)).toBe(NOW + 2 * HOUR);
  });

  it('names the timer after schedule, instant and revision', () => {
    const one = occurrenceAfter(planOf(every(HOUR)), NOW);
    expect(one?.timerId).toBe(`sch_1_${(NOW + HOUR).toString(36)}_1`);
    expect(occurrenceAfter(planOf(every(HOUR), { revision: 2 }), NOW)?.timerId).not.toBe(one?.timerId);
  });

  it('gives an id that is a timer’s, whatever the id of the schedule', () => {
    const plan = planOf(every(HOUR), { id: 'x'.repeat(40), revision: 1_000_000 });
    expect(occurrenceAfter(plan, Date.UTC(9999, 0))?.timerId).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);
  });

  it('moves an occurrence by the same jitter each time, never past the next', () => {
    const spans = fc.integer({ min: 2, max: 7_200 }).map((seconds) => seconds * SECOND);
    fc.assert(
      fc.property(spans, fc.integer({ min: 0, max: HOUR }), fc.nat(1_000), (everyMs, jitterMs, count) => {
        const plan = planOf(every(everyMs), { jitterMs });
        const found = occurrenceAfter(plan, NOW + count * everyMs);
        expect(found).toEqual(occurrenceAfter(plan, NOW + count * everyMs));
        const { plannedAt = 0, at = 0 } = found ?? {};
        expect(at).toBeGreaterThanOrEqual(plannedAt);
        expect(at - plannedAt).toBeLessThan(Math.max(1, Math.min(jitterMs, everyMs)));
      }),
      { seed: 20_300_131 },
    );
  });

  it('spreads jitter over its range, differently for each schedule', () => {
    const offsets = Array.from({ length: 1_000 }, (_, n) => {
      const found = occurrenceAfter(planOf(every(HOUR), { id: `sch_${n}`, jitterMs: 10 * MINUTE }), NOW);
      return (found?.at ?? 0) - (found?.plannedAt ?? 0);
    });
    const mean = offsets.reduce((sum, offset) => sum + offset, 0) / offsets.length;
    expect(Math.abs(mean - 5 * MINUTE)).toBeLessThan(20 * SECOND);
    expect(new Set(offsets).size).toBeGreaterThan(990);
  });

  it('foresees as many as asked', () => {
    const found = occurrencesAfter(planOf(cron('0 0 29 2 *')), NOW, 3).map(({ plannedAt }) => plannedAt);
    expect(found).toEqual([Date.UTC(2032, 1, 29), Date.UTC(2036, 1, 29), Date.UTC(2040, 1, 29)]);
  });
});

describe('toleranceMs', () => {
  it.each([
    [SECOND, SECOND],
    [10 * SECOND, 5 * SECOND],
    [MINUTE, 30 * SECOND],
    [DAY, MINUTE],
  ])('lets an occurrence of every %d ms be late by %d ms', (everyMs, expected) => {
    expect(toleranceMs(planOf(every(everyMs)), NOW + everyMs)).toBe(expected);
  });
});

/** The time in minutes after the start at which the next occurrence was planned. */
const minutesUntil = (plan: Plan, afterMinutes: number, nowMinutes: number) => {
  const next = following(plan, NOW + afterMinutes * MINUTE, NOW + nowMinutes * MINUTE);
  return next === null ? null : (next.plannedAt - NOW) / MINUTE;
};

describe('following, after an outage (complaint 10)', () => {
  const hourly = planOf(every(HOUR));
  const caughtUp = planOf(every(HOUR), { catchUp: 'one' });

  it('gives the next one while all is on time', () => {
    expect(minutesUntil(hourly, 60, 60)).toBe(120);
    expect(minutesUntil(hourly, 60, 120.9)).toBe(120);
    expect(minutesUntil(caughtUp, 60, 120.9)).toBe(120);
  });

  it('goes on with the first to come, or with the last that was missed', () => {
    expect(minutesUntil(hourly, 60, 310)).toBe(360);
    expect(minutesUntil(caughtUp, 60, 310)).toBe(300);
  });

  it('takes one that is due at that moment as on time, and makes up for none beside it', () => {
    expect(minutesUntil(hourly, 60, 300.5)).toBe(300);
    expect(minutesUntil(caughtUp, 60, 300.5)).toBe(240);
  });

  it('never comes upon an occurrence that is done, whatever the gaps and the jitter', () => {
    const uneven = ['0,1,2,30 * * * *', '* 9 * * *', '0 0 * * 1', '*/7 3,4 * * *'].map((text) => cron(text));
    fc.assert(
      fc.property(
        fc.constantFrom(...uneven, every(MINUTE), every(17 * SECOND)),
        fc.constantFrom('none' as const, 'one' as const),
        fc.constantFrom(0, 10 * SECOND, 10 * MINUTE),
        fc.nat(20),
        fc.nat(10 * DAY),
        (spec, catchUp, jitterMs, skipped, lateMs) => {
          const plan = planOf(spec, { catchUp, jitterMs: spec.type === 'every' ? 0 : jitterMs });
          const done = occurrencesAfter(plan, NOW, skipped + 1).at(-1);
          if (done === undefined) throw new Error('there is no such occurrence');
          const next = following(plan, done.plannedAt, done.at + lateMs);
          expect(next?.plannedAt).toBeGreaterThan(done.plannedAt);
        },
      ),
      { seed: 20_300_131, numRuns: 300 },
    );
  });

  it('takes no longer after ten years than after a day, were it every second', () => {
    const plan = planOf(cron('* * * * * *'), { catchUp: 'one', jitterMs: HOUR });
    const now = NOW + 3_650 * DAY;
    expect(following(plan, NOW, now)?.plannedAt).toBeGreaterThan(now - MINUTE);
    expect(runsBetween(plan, NOW, now)).toEqual({ count: 1_000, first: NOW + SECOND, last: now });
  });

  it('counts the missed windows of a day in which the clock changes', () => {
    const plan = planOf(cron('*/30 * * * *', 'America/New_York'));
    const [from, until] = [Date.UTC(2030, 10, 3, 4), Date.UTC(2030, 10, 4, 5)];
    expect(runsBetween(plan, from - 1, until - 1)?.count).toBe(50);
    const spring = runsBetween(plan, Date.UTC(2030, 2, 10, 5) - 1, Date.UTC(2030, 2, 11, 4) - 1);
    expect(spring?.count).toBe(46);
  });
});
