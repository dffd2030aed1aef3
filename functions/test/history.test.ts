import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Team, type TeamPlan, TeamPlans, type Timer } from '@minoots/core';
import { historyByPlanContract, sampleTeam, sampleTimer, silentLogger } from '@minoots/core/testing';
import { checkIndexes, firestoreIndexes } from '@minoots/emulators';
import { type Firestore, Query } from 'firebase-admin/firestore';
import { FirestoreEventFeed } from '../src/events/firestore-event-feed.ts';
import { documentId, TEAMS, TIMERS } from '../src/stores/collections.ts';
import { FirestoreQuotaLedger } from '../src/stores/firestore-quota-ledger.ts';
import { FirestoreTeamStore, HISTORY_MEMORY_MS } from '../src/stores/firestore-team-store.ts';
import { FirestoreTimerStore } from '../src/stores/firestore-timer-store.ts';
import { reviseHistories } from '../src/stores/history-revision.ts';
import { isPurged } from '../src/stores/timer-document.ts';
import { type MeteredFirestore, openFirestore, openMeteredFirestore } from './support/firestore.ts';

const INDEXES = join(import.meta.dirname, '../../firestore.indexes.json');
const DAY_MS = 86_400_000;
const MARGIN_DAYS = 3;
const NOW = Date.UTC(2030, 0, 1);
const DUE = NOW + 2 * HISTORY_MEMORY_MS;

historyByPlanContract(
  'the Firebase engine',
  async ({ enterpriseHistoryMs, clock }) => {
    const { firestore, close } = await openFirestore();
    const teams = new FirestoreTeamStore(firestore);
    // Of an instance that has not heard of any change.
    const memory = { rememberMs: HISTORY_MEMORY_MS, elapsed: clock };
    const plans = new TeamPlans({ teams, enterpriseHistoryMs, ...memory });
    const timers = new FirestoreTimerStore({ firestore, now: clock.now, plans });
    const tend = async () => {
      await deletePurged(firestore, clock.now());
      const current = new TeamPlans({ teams, enterpriseHistoryMs, rememberMs: 0 });
      await reviseHistories({ firestore, plans: current, now: clock.now(), limit: 1_000 });
    };
    return { timers, teams, quotas: new FirestoreQuotaLedger(firestore, clock.now), tend, close };
  },
  MARGIN_DAYS,
);

describe('the revision of histories', () => {
  let database: MeteredFirestore;
  let firestore: Firestore;
  let teams: FirestoreTeamStore;
  let timers: FirestoreTimerStore;
  let team: Team;
  const plans = { of: async (teamId: string) => ((await teams.get(teamId)) ?? team).plan };
  beforeEach(async () => {
    database = await openMeteredFirestore();
    ({ firestore } = database);
    teams = new FirestoreTeamStore(firestore);
    timers = new FirestoreTimerStore({ firestore, now: () => NOW, plans });
    team = sampleTeam({ plan: { id: 'free', historyMs: 30 * DAY_MS } });
    await teams.insert(team, []);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await database.close();
  });

  const order = async (historyMs: number, fields: Partial<TeamPlan> = {}) => {
    const plan = { ...team.plan, since: NOW, historyMs, ...fields };
    await teams.update(team.id, (held) => ({ save: { ...(held ?? team), plan }, result: null }));
  };
  const insert = (...ids: string[]) =>
    timers.insert(ids.map((id, index) => cancelled({ id, teamId: team.id }, NOW - 1_000 + index)));
  const documentOf = (id: string) => firestore.collection(TIMERS).doc(documentId(team.id, id));
  const daysOf = async (id: string) => {
    const { purgeAt, settledAt } = (await documentOf(id).get()).data() ?? {};
    return (purgeAt.toMillis() - settledAt) / DAY_MS - MARGIN_DAYS;
  };
  const revise = (now = DUE, limit = 100) => reviseHistories({ firestore, plans, now, limit });

  it('waits until no instance goes by the plan before any more', async () => {
    await insert('old');
    await order(365 * DAY_MS);
    expect(await revise(DUE - 1)).toBe(0);
    expect(await revise()).toBe(1);
    expect(await daysOf('old')).toBe(365);
  });

  it('is done once, and touches nothing of other teams, of timers with something left to do, or told already', async () => {
    const other = sampleTeam();
    await teams.insert(other, []);
    const running = sampleTimer({ id: 'running', teamId: team.id }, NOW);
    await timers.insert([running, cancelled({ id: 'theirs', teamId: other.id }, NOW)]);
    await insert('one', 'two');
    await order(365 * DAY_MS);
    await insert('three');
    expect(await revise()).toBe(2);
    const before = database.meter.snapshot();
    expect(await revise()).toBe(0);
    expect(database.meter.since(before)).toMatchObject({ reads: 1, writes: 0 });
  });

  it('is done again where the plan has changed once more, whatever else has changed since', async () => {
    await insert('old');
    await order(365 * DAY_MS);
    await revise();
    await order(90 * DAY_MS);
    await teams.update(team.id, (held) => ({ save: { ...(held ?? team), name: 'Renamed' }, result: null }));
    expect(await revise()).toBe(1);
    expect(await daysOf('old')).toBe(90);
    expect((await firestore.collection(TEAMS).doc(team.id).get()).data()).not.toHaveProperty('historyDueAt');
  });

  it('goes on where the run before came to its limit, oldest first, by indexes that there are', async () => {
    await insert('a', 'b', 'c', 'd', 'e');
    await order(365 * DAY_MS);
    expect(await revise(DUE, 2)).toBe(2);
    expect(await Promise.all(['a', 'b', 'c'].map(daysOf))).toEqual([365, 365, 30]);
    const before = database.meter.snapshot();
    expect(await revise()).toBe(3);
    // The team twice, its plan, and four timers: the last one that was told, and those that were not.
    expect(database.meter.since(before).reads).toBeLessThanOrEqual(8);
    expect(await Promise.all(['c', 'd', 'e'].map(daysOf))).toEqual([365, 365, 365]);
    const indexes = firestoreIndexes.parse(JSON.parse(await readFile(INDEXES, 'utf8')));
    expect(checkIndexes(database.meter.queries(), indexes).unserved).toEqual([]);
  });

  it('looks again the next time at a team that changed while it was told', async () => {
    await insert('old');
    await order(365 * DAY_MS);
    const get = Query.prototype.get;
    let asked = 0;
    jest.spyOn(Query.prototype, 'get').mockImplementation(async function (this: Query) {
      const found = await get.call(this);
      if (++asked === 2) await order(90 * DAY_MS);
      return found;
    });
    expect(await revise()).toBe(1);
    expect(await revise()).toBe(1);
    expect(await daysOf('old')).toBe(90);
  });

  it('leaves a timer that is saved at that moment, and the commits of all versions as they were', async () => {
    await insert('saved', 'other');
    const commitBefore = (await documentOf('other').get()).updateTime;
    await order(365 * DAY_MS);
    const save = (id: string) =>
      timers.update({ teamId: team.id, timerId: id }, (timer) => {
        if (timer === null) throw new Error('the timer is gone');
        return { save: { ...timer, name: 'saved', version: timer.version + 1 }, result: null };
      });
    const get = Query.prototype.get;
    let asked = 0;
    jest.spyOn(Query.prototype, 'get').mockImplementation(async function (this: Query) {
      const found = await get.call(this);
      if (++asked === 2) await save('saved');
      return found;
    });
    expect(await revise()).toBe(1);
    expect(await timers.get({ teamId: team.id, timerId: 'saved' })).toMatchObject({ name: 'saved' });
    expect(await Promise.all(['saved', 'other'].map(daysOf))).toEqual([365, 365]);
    expect((await documentOf('other').get()).get('committedAt')).toEqual(commitBefore);
    await save('other');
    const { commits, committedAt } = (await documentOf('other').get()).data() ?? {};
    expect({ first: commits[1], committedAt }).toEqual({ first: commitBefore, committedAt: undefined });
  });

  it('is nothing that readers of events are told', async () => {
    const feed = new FirestoreEventFeed({ firestore, logger: silentLogger });
    const { events } = await feed.subscribe({ teamId: team.id });
    await insert('old');
    await order(365 * DAY_MS);
    expect(await revise()).toBe(1);
    await insert('marker');
    const told: (string | null)[] = [];
    for await (const { timer_id: timerId } of events) {
      told.push(timerId);
      if (timerId === 'marker') break;
    }
    feed.close();
    expect(told).toEqual(['old', 'marker']);
  });
});

/** As punctual as no TTL policy is. */
async function deletePurged(firestore: Firestore, now: number): Promise<void> {
  const { docs } = await firestore.collection(TIMERS).get();
  for (const doc of docs) if (isPurged(doc.data(), now)) await doc.ref.delete();
}

function cancelled(fields: { id: string; teamId: string }, at: number): Timer {
  const phase = { status: 'cancelled', startedAt: at - 1, fireAt: null, settledAt: at } as const;
  return { ...sampleTimer(fields, at - 1), ...phase };
}
