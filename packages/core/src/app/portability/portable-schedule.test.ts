import { describe, expect, it } from '@jest/globals';
import { PortableSchedule } from '@minoots/contract';
import { fakeEngine } from '../../api/fake-engine.ts';
import type { Schedule } from '../../domain/schedule/state.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { transition } from '../../domain/timer/transition.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { createSchedule } from '../schedules/create.ts';
import { pauseSchedule } from '../schedules/pause.ts';
import { importItems } from './import.ts';
import { restoreSchedule } from './restore-schedule.ts';
import { portableMoment } from './schedule-moment.ts';

const ctxOf = (teamId: string): RequestContext => ({
  principal: { type: 'api-key', id: `key_of_${teamId}`, teamId, scopes: new Set(), role: null, person: null },
});

/** What moves with a schedule, and what does not: a field that is added has to be one of the two. */
const FIELDS: Record<keyof Schedule, 'moves' | 'stays'> = {
  id: 'moves',
  name: 'moves',
  status: 'moves',
  spec: 'moves',
  jitterMs: 'moves',
  overlap: 'moves',
  catchUp: 'moves',
  template: 'moves',
  prepared: 'moves',
  next: 'moves',
  lastFired: 'moves',
  counts: 'moves',
  revision: 'moves',
  fingerprint: 'moves',
  createdAt: 'moves',
  teamId: 'stays',
  createdBy: 'stays',
  brought: 'stays',
  withdrawn: 'stays',
  unsettledSince: 'stays',
  importDigest: 'stays',
  updatedAt: 'stays',
  version: 'stays',
  log: 'stays',
  recentCommands: 'stays',
};

function whatMoves(schedule: Schedule): object {
  return Object.fromEntries(
    Object.entries(schedule).filter(([field]) => FIELDS[field as keyof Schedule] !== 'stays'),
  );
}

const REQUESTS: Parameters<typeof createSchedule>[2][] = [
  { id: 'sch_span', name: 'span', every: '10m', jitter: '2m', catch_up: 'one', template: {} },
  {
    id: 'sch_cron',
    name: 'cron',
    cron: '30 2 * * *',
    timezone: 'Europe/Paris',
    overlap: 'allow',
    template: {
      name: 'backup',
      labels: { a: 'b' },
      metadata: { version: '1' },
      agent_id: 'keeper',
      events: { on_expire: { message: 'done' }, on_progress: { at: ['50%'], message: 'half' } },
      retry: 'quick',
      conditions: { environment: 'production' },
      on_unmet: { recheck_every: '30s', give_up_after: '1h' },
    },
  },
];

describe('a portable schedule', () => {
  it.each(REQUESTS)('comes out of an import as it went in: $name', async (request) => {
    const engine = fakeEngine();
    await createSchedule(engine, ctxOf('team_a'), request);
    const schedule = await stored(engine);
    const portable = await portableMoment(engine, schedule);
    expect(portable.occurrence?.id).toBe(schedule.next?.timerId);
    const sent = PortableSchedule.parse(JSON.parse(JSON.stringify(portable)));
    const restored = await restoreSchedule(engine, ctxOf('team_b'), sent);
    expect(whatMoves(restored)).toEqual(whatMoves(schedule));
    expect(restored).toMatchObject({ teamId: 'team_b', createdBy: 'key_of_team_b', version: 1 });
    expect(JSON.stringify(portable)).not.toMatch(/team_a|Created by/);
  });

  it('is ahead of the stored one where its occurrence has fired and it was not told yet', async () => {
    const engine = fakeEngine();
    await createSchedule(engine, ctxOf('team_a'), { ...REQUESTS[0], name: 'a', template: {} });
    const schedule = await stored(engine);
    await change(engine, schedule, (timer) => {
      const fired = transition(timer, { type: 'fire-now' }, engine.clock.now());
      if (!fired.ok) throw new Error(fired.detail);
      return fired.value.timer;
    });
    const portable = await portableMoment(engine, schedule);
    expect(portable).toMatchObject({ occurrence: null, counts: { fired: 1 } });
    expect(Date.parse(portable.next?.planned_at ?? '')).toBe((schedule.next?.plannedAt ?? 0) + 600_000);
  });

  it('has its occurrence yet to be made where that has not been stored, and never one that was removed', async () => {
    const engine = fakeEngine();
    await createSchedule(engine, ctxOf('team_a'), { ...REQUESTS[0], name: 'a', template: {} });
    const schedule = await stored(engine);
    await change(engine, schedule, () => null);
    const planned = async (unsettledSince: number | null) =>
      (await portableMoment(engine, { ...schedule, unsettledSince })).next?.planned_at;
    const first = new Date(schedule.next?.plannedAt ?? 0).toISOString();
    expect(await planned(engine.clock.now())).toBe(first);
    expect(await planned(null)).not.toBe(first);
  });

  it('is one of the team that imports it, whatever another team has under its id', async () => {
    const engine = fakeEngine();
    await createSchedule(engine, ctxOf('team_a'), { ...REQUESTS[0], name: 'a', template: {} });
    const portable = await portableMoment(engine, await stored(engine));
    const [outcome] = await importItems(engine, ctxOf('team_b'), [{ ...portable, name: 'b' }]);
    expect(outcome).toEqual({ ok: true, value: { id: portable.id, imported: true } });
    expect((await stored(engine)).name).toBe('a');
    const [again] = await importItems(engine, ctxOf('team_b'), [portable]);
    expect(again).toMatchObject({ ok: false, error: { code: 'schedule_exists' } });
  });

  it('is refused where a timer that is none of its own has the id of its occurrence', async () => {
    const [from, to] = [fakeEngine(), fakeEngine()];
    await createSchedule(from, ctxOf('team_a'), { ...REQUESTS[0], name: 'a', template: {} });
    const schedule = await stored(from);
    const portable = await portableMoment(from, schedule);
    const taken = { ...portable.occurrence, schedule_id: null, occurrence: undefined };
    await importItems(to, ctxOf('team_b'), [JSON.parse(JSON.stringify(taken))]);
    const [outcome] = await importItems(to, ctxOf('team_b'), [portable]);
    expect(outcome).toMatchObject({ ok: false, error: { code: 'timer_exists' } });
    expect(await to.schedules.get({ teamId: 'team_b', scheduleId: schedule.id })).toBeNull();
  });

  it('makes nothing of what it brings once it is paused, be it before that was stored', async () => {
    const [from, to] = [fakeEngine(), fakeEngine()];
    await createSchedule(from, ctxOf('team_a'), { ...REQUESTS[0], name: 'a', template: {} });
    const portable = await portableMoment(from, await stored(from));
    await to.schedules.insert(await restoreSchedule(to, ctxOf('team_b'), portable));
    await pauseSchedule(to, ctxOf('team_b'), portable.id);
    expect((await to.timers.list('team_b', {}, 10)).timers).toEqual([]);
    expect(await to.schedules.get({ teamId: 'team_b', scheduleId: portable.id })).not.toHaveProperty(
      'brought',
    );
  });
});

async function stored({ schedules }: Deps): Promise<Schedule> {
  const [schedule] = (await schedules.list('team_a', {}, 10)).schedules;
  if (schedule === undefined) throw new Error('there is no schedule');
  return schedule;
}

function change({ timers }: Deps, { teamId, next }: Schedule, by: (timer: Timer) => Timer | null) {
  return timers.update({ teamId, timerId: next?.timerId ?? '' }, (timer) => {
    if (timer === null) throw new Error('there is no occurrence');
    const changed = by(timer);
    return changed === null ? { remove: true, result: null } : { save: changed, result: null };
  });
}
