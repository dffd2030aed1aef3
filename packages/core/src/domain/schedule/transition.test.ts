import { describe, expect, it } from '@jest/globals';
import { sampleSchedule } from '../../testing/sample-schedule.ts';
import type { OccurrenceEnd, ScheduleCommand } from './commands.ts';
import { reasonNotToRun } from './fitness.ts';
import { MAX_SCHEDULE_LOG, type Schedule } from './state.ts';
import { checkAt } from './time.ts';
import { transition } from './transition.ts';

const BIRTH = Date.UTC(2030, 0, 1);
const [MINUTE, HOUR] = [60_000, 3_600_000];

/** A schedule of every hour, and the commands that it is given at minutes of its life. */
function given(fields: Parameters<typeof sampleSchedule>[0] = {}) {
  return storyOf(sampleSchedule({ id: 'sch_1', ...fields }, BIRTH));
}

function storyOf(schedule: Schedule) {
  const when = (command: ScheduleCommand, minutes: number, commandId?: string) => {
    const result = transition(schedule, command, BIRTH + minutes * MINUTE, commandId);
    if (!result.ok) throw new Error(`refused: ${result.detail}`);
    return storyOf(result.value);
  };
  return {
    schedule,
    when,
    /** The pending occurrence has come to its end. */
    ends: (end: OccurrenceEnd, minutes: number) =>
      when({ type: 'advance', timerId: schedule.next?.timerId ?? '', end }, minutes),
    fires: (minutes: number) => {
      const at = BIRTH + minutes * MINUTE;
      const end = { type: 'fired', at, lateMs: at - (schedule.next?.at ?? at) } as const;
      return when({ type: 'advance', timerId: schedule.next?.timerId ?? '', end }, minutes);
    },
    settles: () => when({ type: 'settled', version: schedule.version }, 0),
    /** When the next occurrence is planned, in minutes. */
    next: schedule.next && (schedule.next.plannedAt - BIRTH) / MINUTE,
    log: schedule.log.map(({ type }) => type),
  };
}

describe('a schedule', () => {
  it('begins with its first occurrence planned, and not known to be made', () => {
    const { schedule, next } = given();
    expect(next).toBe(60);
    expect(schedule).toMatchObject({ status: 'active', unsettledSince: BIRTH, version: 1 });
    expect(checkAt(schedule)).toBe(BIRTH + 30_000);
  });

  it('is looked after once its occurrence should have told of itself', () => {
    const { schedule } = given().settles();
    expect(checkAt(schedule)).toBe(BIRTH + HOUR + 90_000);
  });

  it('counts settling as no change for clients', () => {
    expect(given().settles().schedule.version).toBe(1);
  });

  it('is not settled by someone who saw an older version', () => {
    const paused = given().when({ type: 'pause' }, 1);
    expect(paused.when({ type: 'settled', version: 1 }, 1).schedule).toBe(paused.schedule);
  });

  describe('as occurrences end', () => {
    it('plans the one that follows', () => {
      const { schedule, next } = given().settles().fires(60);
      expect(next).toBe(120);
      expect(schedule).toMatchObject({ counts: { fired: 1, missed: 0 }, unsettledSince: null });
      expect(schedule.lastFired).toBe(given().schedule.next?.timerId);
    });

    it('changes nothing when told twice, or of another timer', () => {
      const before = given().settles();
      const after = before.fires(60);
      const again = {
        type: 'advance',
        timerId: before.schedule.next?.timerId ?? '',
        end: { type: 'cancelled' },
      } as const;
      expect(after.when(again, 61).schedule).toBe(after.schedule);
    });

    it('keeps the reason of a skipped one', () => {
      const { schedule } = given().ends({ type: 'skipped', reason: 'Overlap: …' }, 60);
      expect(schedule.counts).toMatchObject({ fired: 0, skipped: 1 });
      expect(schedule.log.at(-1)).toMatchObject({ type: 'occurrence.skipped', message: 'Overlap: …' });
      expect(schedule.lastFired).toBeNull();
    });

    it.each(['cancelled', 'gone'] as const)('goes on without one that is %s', (type) => {
      const { schedule, next, log } = given().settles().ends({ type }, 30);
      expect([next, schedule.counts.cancelled, log.at(-1)]).toEqual([120, 1, 'occurrence.cancelled']);
    });

    it('goes on without one that was moved by hand', () => {
      const { next, log } = given().settles().ends({ type: 'moved' }, 62);
      expect([next, log.at(-1)]).toEqual([120, 'occurrence.moved']);
    });

    it('goes on from its time when one is fired early by hand', () => {
      expect(given().fires(20).next).toBe(120);
    });
  });

  describe('after an outage (complaint 10)', () => {
    it('skips what was missed with a reason and goes on with the next to come', () => {
      const { schedule, next } = given().ends({ type: 'skipped', reason: 'Missed: …' }, 310);
      expect(next).toBe(360);
      expect(schedule.counts).toMatchObject({ skipped: 1, missed: 4 });
      expect(schedule.log.at(-1)).toMatchObject({
        type: 'occurrence.missed',
        message: expect.stringContaining(
          '4 occurrences from 2030-01-01T02:00:00.000Z to 2030-01-01T05:00:00.000Z',
        ),
      });
    });

    it('lets one fire late and then goes on', () => {
      const { schedule, next } = given({ catchUp: 'one' }).fires(310);
      expect(next).toBe(360);
      expect(schedule.counts).toMatchObject({ fired: 1, missed: 4 });
    });

    it('lets none fire beside the late one, were it due at that moment', () => {
      const { schedule, next } = given({ catchUp: 'one' }).fires(300.5);
      expect([next, schedule.counts.missed]).toEqual([360, 4]);
    });

    it('lets the last one missed fire when the news of the one before is late', () => {
      const told = given({ catchUp: 'one' }).ends({ type: 'fired', at: BIRTH + HOUR, lateMs: 0 }, 310);
      expect([told.next, told.schedule.counts.missed]).toEqual([300, 3]);
      expect(told.fires(310).next).toBe(360);
    });

    it('takes what is late by less than a minute as on time', () => {
      expect(given().fires(60.9).schedule.counts.missed).toBe(0);
    });
  });

  describe('paused', () => {
    it('has nothing pending, and takes back what was', () => {
      const { schedule, log } = given().settles().when({ type: 'pause' }, 10);
      expect(schedule).toMatchObject({
        status: 'paused',
        next: null,
        withdrawn: [{ timerId: given().schedule.next?.timerId, how: 'remove' }],
        unsettledSince: BIRTH + 10 * MINUTE,
      });
      expect(log.at(-1)).toBe('schedule.paused');
      expect(checkAt(storyOf(schedule).settles().schedule)).toBeNull();
    });

    it('is paused once', () => {
      const paused = given().when({ type: 'pause' }, 10);
      expect(paused.when({ type: 'pause' }, 11).schedule).toBe(paused.schedule);
    });

    it('goes on with the next to come when resumed, and makes up for nothing', () => {
      const resumed = given({ catchUp: 'one' }).when({ type: 'pause' }, 10).when({ type: 'resume' }, 310);
      expect(resumed.next).toBe(360);
      expect(resumed.schedule.counts.missed).toBe(0);
      expect(resumed.when({ type: 'resume' }, 311).schedule).toBe(resumed.schedule);
    });

    it('makes another timer of an instant that was withdrawn', () => {
      const resumed = given().when({ type: 'pause' }, 10).when({ type: 'resume' }, 11);
      expect(resumed.next).toBe(60);
      expect(resumed.schedule.next?.timerId).not.toBe(given().schedule.next?.timerId);
      expect(resumed.schedule.withdrawn).toHaveLength(1);
    });
  });

  describe('changed', () => {
    it('leaves the pending occurrence alone for a new name', () => {
      const { schedule } = given().when({ type: 'update', changes: { name: 'other' } }, 10);
      expect(schedule).toMatchObject({ name: 'other', revision: 1, withdrawn: [] });
    });

    it('makes the pending occurrence anew, at the same instant, for a new policy', () => {
      const { schedule, next } = given().when({ type: 'update', changes: { overlap: 'allow' } }, 10);
      expect(next).toBe(60);
      expect(schedule).toMatchObject({ revision: 2, withdrawn: [{ how: 'remove' }] });
      expect(schedule.log.at(-1)?.message).toBe('Changed overlap');
    });

    it('plans from now on by a new timing', () => {
      const spec = { type: 'every', everyMs: 10 * MINUTE, anchorAt: BIRTH + 15 * MINUTE } as const;
      expect(given().when({ type: 'update', changes: { spec } }, 15).next).toBe(25);
    });

    it('does not make an occurrence anew that is due: it could fire twice (complaint 4)', () => {
      const { schedule, next } = given().when({ type: 'update', changes: { overlap: 'allow' } }, 60);
      expect(next).toBe(120);
      expect(schedule).toMatchObject({ revision: 1, withdrawn: [] });
    });

    it('stays paused while it is', () => {
      const { schedule } = given()
        .when({ type: 'pause' }, 1)
        .when({ type: 'update', changes: { jitterMs: 5 } }, 2);
      expect(schedule).toMatchObject({ status: 'paused', next: null, jitterMs: 5 });
    });
  });

  it('runs beside the plan without moving it', () => {
    const run = { type: 'note-run', timerId: 'tmr_1', by: 'key_owner' } as const;
    const { schedule, next } = given().when(run, 10, 'command');
    expect([next, schedule.counts.runs]).toEqual([60, 1]);
    expect(storyOf(schedule).when(run, 11, 'command').schedule).toBe(schedule);
  });

  it('is gone for everyone once it is being deleted', () => {
    const { schedule } = given().when({ type: 'delete' }, 10);
    expect(schedule).toMatchObject({ status: 'deleting', next: null, withdrawn: [{ how: 'cancel' }] });
    expect(transition(schedule, { type: 'resume' }, BIRTH)).toMatchObject({ ok: false, code: 'not_found' });
  });

  it('keeps how it began and what happened last', () => {
    let story = given();
    for (let n = 0; n < 200; n++) story = story.when({ type: 'update', changes: { name: `n${n}` } }, n);
    expect(story.log).toHaveLength(MAX_SCHEDULE_LOG);
    expect(story.log[0]).toBe('schedule.created');
  });
});

describe('reasonNotToRun', () => {
  const schedule = given().settles().schedule;
  const origin = { plannedAt: BIRTH + HOUR, revision: 1 };

  it('is none on time', () => {
    expect(reasonNotToRun(schedule, origin, 59_000)).toBeNull();
  });

  it('is given to what is missed, unless one may catch up (complaints 10 and 13)', () => {
    expect(reasonNotToRun(schedule, origin, 61_000)).toMatch(/^Missed: .* 61000 ms .* catch_up is none$/);
    expect(reasonNotToRun({ ...schedule, catchUp: 'one' }, origin, 61_000)).toBeNull();
  });

  it.each<[string, Schedule | null]>([
    ['is deleted', null],
    ['is deleted', { ...schedule, status: 'deleting' }],
    ['is paused', { ...schedule, status: 'paused' }],
    ['was changed', { ...schedule, revision: 2 }],
  ])('is given to what no plan wants any more: the schedule %s', (reason, current) => {
    expect(reasonNotToRun(current, origin, 0)).toContain(reason);
  });
});
