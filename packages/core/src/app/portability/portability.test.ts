import { describe, expect, it } from '@jest/globals';
import { PortableTimer } from '@minoots/contract';
import { fakeEngine } from '../../api/fake-engine.ts';
import { isHeld } from '../../domain/timer/postponement.ts';
import type { Delivery, Timer } from '../../domain/timer/state.ts';
import { portableMoments } from '../../testing/portable-lives.ts';
import { sampleTimer } from '../../testing/sample-timer.ts';
import { toPortable } from '../../wire/portable.ts';
import type { RequestContext } from '../deps.ts';
import { importItems } from './import.ts';
import { restoreTimer } from './restore.ts';

const ctx: RequestContext = {
  principal: {
    type: 'api-key',
    id: 'key_importer',
    teamId: 'team_b',
    scopes: new Set(),
    role: null,
    person: null,
  },
};

/** What moves with a timer, and what does not: a field that is added has to be one of the two. */
const FIELDS: Record<keyof Timer | 'clock', 'moves' | 'stays'> = {
  id: 'moves',
  name: 'moves',
  agentId: 'moves',
  labels: 'moves',
  metadata: 'moves',
  status: 'moves',
  clock: 'moves',
  events: 'moves',
  progressTold: 'moves',
  retry: 'moves',
  conditions: 'moves',
  hasDependents: 'moves',
  lineage: 'moves',
  scheduleId: 'moves',
  escalates: 'stays',
  lineEnded: 'moves',
  touchMs: 'moves',
  fingerprint: 'moves',
  createdAt: 'moves',
  generation: 'moves',
  deliveries: 'moves',
  // What each parent has done moves; that they are looked at once more does not.
  dependencies: 'stays',
  occurrence: 'moves',
  teamId: 'stays',
  createdBy: 'stays',
  outbox: 'stays',
  importDigest: 'stays',
  updatedAt: 'stays',
  version: 'stays',
  log: 'stays',
  awaitsPlace: 'stays',
  countsAgainst: 'stays',
  recentCommands: 'stays',
  unshownVersions: 'stays',
};

function withoutWhatStays(timer: Timer): object {
  const deliveries = timer.deliveries.map(withoutPostponement).map(withoutGrace);
  return Object.fromEntries(
    Object.entries({ ...timer, deliveries }).filter(
      ([field]) => !(field in FIELDS) || FIELDS[field as keyof Timer] === 'moves',
    ),
  );
}

/** What waits for an endpoint of this server goes out at once on another one. */
function withoutPostponement(delivery: Delivery): Delivery {
  const { postponement, ...rest } = delivery;
  return isHeld(delivery) && postponement ? { ...rest, nextAttemptAt: postponement.since } : rest;
}

/** Runners that another server has not answered get their time from it, too. */
function withoutGrace({ graceUntil: _, ...delivery }: Delivery): Delivery {
  return delivery;
}

describe('a portable timer', () => {
  it('comes out of an import as it went in, at any moment of any life that has not ended', async () => {
    const moments = portableMoments();
    for (const { timer, portable, at } of moments) {
      const engine = fakeEngine({ clock: { now: () => at } });
      const sent = PortableTimer.parse(JSON.parse(JSON.stringify(portable)));
      const restored = await restoreTimer(engine, ctx, sent);
      expect(toPortable(restored)).toEqual(portable);
      expect(withoutWhatStays(restored)).toEqual(withoutWhatStays(timer));
      expect(restored).toMatchObject({ teamId: 'team_b', createdBy: 'key_importer', version: 1, outbox: [] });
    }
    const statuses = new Set(moments.map(({ portable }) => portable.clock.status));
    expect([...statuses].sort()).toEqual(['firing', 'paused', 'running', 'waiting']);
    const deliveries = new Set(
      moments.flatMap(({ portable }) => portable.deliveries.map(({ status }) => status)),
    );
    expect([...deliveries]).toEqual(expect.arrayContaining(['pending', 'queued', 'delivering']));
  });

  it('says nothing of the team, its keys and its history', () => {
    const text = JSON.stringify(toPortable(sampleTimer()));
    expect(text).not.toMatch(/team_a|key_owner|Created by/);
  });
});

describe('importItems', () => {
  it('knows by its content what it took before, in whatever order the keys come, and whatever has changed since', async () => {
    const engine = fakeEngine();
    const portable = toPortable(sampleTimer({ labels: { a: '1', b: '2' } }));
    const reordered = Object.fromEntries(
      Object.entries({ ...portable, labels: { b: '2', a: '1' } }).reverse(),
    );
    const first = await importItems(engine, ctx, [portable]);
    expect(first).toMatchObject([{ ok: true, value: { imported: true } }]);
    await engine.timers.update({ teamId: 'team_b', timerId: portable?.id ?? '' }, (timer) => ({
      ...(timer && { save: { ...timer, name: 'renamed' } }),
      result: null,
    }));
    expect(await importItems(engine, ctx, [reordered])).toMatchObject([
      { ok: true, value: { imported: false } },
    ]);
    const kept = await engine.timers.get({ teamId: 'team_b', timerId: portable?.id ?? '' });
    expect(kept?.name).toBe('renamed');
    expect(await importItems(engine, ctx, [{ ...portable, name: 'other' }])).toMatchObject([
      { ok: false, error: { code: 'timer_exists' } },
    ]);
  });
});

describe('the actions of a portable timer', () => {
  it('are those of the timer, of every type', async () => {
    const engine = fakeEngine();
    await engine.namedSecrets.put('team_b', { name: 'HOOK', value: 'x', at: 0 });
    const actions = [
      { type: 'slack', secret: 'HOOK', text: 'done' },
      { type: 'pagerduty', secret: 'HOOK', severity: 'error', summary: 'late' },
      { type: 'timer', name: 'next', duration: '5m' },
    ];
    const portable = { ...toPortable(sampleTimer()), events: { on_expire: { actions } } };
    const restored = await restoreTimer(engine, ctx, PortableTimer.parse(portable));
    const again = await restoreTimer(engine, ctx, PortableTimer.parse(toPortable(restored)));
    expect(again.events).toEqual(restored.events);
    expect(restored.events.expire).toHaveLength(3);
  });
});
