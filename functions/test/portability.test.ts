import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ExportPage,
  ImportResult,
  type Portable,
  type PortableTimer,
  Schedule,
  TimerPage,
} from '@minoots/contract';
import { ApiClient, portableMoments } from '@minoots/core/testing';
import { startServer } from '@minoots/embedded';
import { type EngineUnderTest, startEngineUnderTest } from './support/engine-under-test.ts';
import { type OpenFirestore, openFirestore } from './support/firestore.ts';

/** A server that has taken up the timers, and what it gives of them. */
async function through(api: ApiClient, items: readonly Portable[]): Promise<Portable[]> {
  const { refused } = await api.read(ImportResult, 200, 'POST', '/v1/import', { body: { data: items } });
  expect(refused).toBe(0);
  return exportedBy(api);
}

async function exportedBy(api: ApiClient): Promise<Portable[]> {
  const found: Portable[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`;
    const page: ExportPage = await api.get(ExportPage, `/v1/export?limit=50${query}`);
    found.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found.filter(({ id }) => !PARENTS.includes(id)).sort(byId);
}

const PARENTS = ['tmr_a', 'tmr_b'];
const byId = (one: Portable, other: Portable) => (one.id < other.id ? -1 : 1);

const STATUSES = 4;

/** Timers of many lives and of every status, each with an id of its own. */
function samples(prefix: string): PortableTimer[] {
  const all: PortableTimer[] = [];
  const statuses = () => new Set(all.map(({ clock }) => clock.status)).size;
  for (let draw = 0; draw < 10 && statuses() < STATUSES; draw++) {
    const drawn = portableMoments().map(({ portable }, n) => ({ ...portable, id: `${prefix}-${draw}-${n}` }));
    all.push(...drawn.filter(isFarAhead));
  }
  const byStatus = Map.groupBy(all, ({ clock }) => clock.status);
  return [...byStatus.values()].flatMap((each) => each.slice(0, 40)).sort(byId);
}

/** Lives take place years from now: what is under way or would be too far ahead cannot come in today. */
function isFarAhead({ clock, deliveries }: PortableTimer): boolean {
  const isNear = !('fire_at' in clock) || Date.parse(clock.fire_at) < Date.now() + 9 * 365 * 86_400_000;
  return isNear && deliveries.every(({ lease }) => lease === null);
}

describe('portable timers', () => {
  let database: OpenFirestore;
  let firebase: EngineUnderTest;
  let home: string;
  let server: Awaited<ReturnType<typeof startServer>>;
  let [cloud, local]: ApiClient[] = [];
  beforeAll(async () => {
    database = await openFirestore();
    firebase = await startEngineUnderTest(database.firestore);
    home = await mkdtemp(join(tmpdir(), 'minoots-'));
    server = await startServer({ port: 0, host: '127.0.0.1', home, clock: 'virtual', logLevel: 'silent' });
    cloud = new ApiClient(firebase);
    local = new ApiClient({ baseUrl: server.url, key: server.apiKey });
    for (const api of [cloud, local]) for (const id of PARENTS) await api.create({ id, duration: '3650d' });
  });
  afterAll(async () => {
    await server.close();
    await rm(home, { recursive: true });
    await firebase.close();
    await database.close();
  });

  const engines = () => {
    if (cloud === undefined || local === undefined) throw new Error('no engines');
    return { cloud, local };
  };

  it.each(['from the embedded engine to Firebase', 'from Firebase to the embedded engine'])(
    'keep id, generation, clock and all else on the way %s, whatever their status',
    async (way) => {
      const [from, to] = way.startsWith('from the')
        ? [engines().local, engines().cloud]
        : [engines().cloud, engines().local];
      const timers = samples(way.startsWith('from the') ? 'up' : 'down');
      const isOurs = ({ id }: Portable) => timers.some((timer) => timer.id === id);
      expect(new Set(timers.map(({ clock }) => clock.status)).size).toBe(STATUSES);
      const left = (await through(from, timers)).filter(isOurs);
      expect(left).toEqual(timers);
      expect((await through(to, left)).filter(isOurs)).toEqual(timers);
    },
  );

  it('take schedules along, with the one pending occurrence of each, to Firebase and back', async () => {
    const { cloud, local } = engines();
    const create = (fields: object) =>
      local.read(Schedule, 201, 'POST', '/v1/schedules', {
        body: { name: 'moving', template: {}, ...fields },
      });
    const made = [
      await create({ every: '90d', jitter: '1h', template: { events: { on_expire: { message: 'run' } } } }),
      await create({ cron: '30 2 1 1 *', timezone: 'Europe/Paris', catch_up: 'one', overlap: 'allow' }),
      await create({ every: '60d' }),
    ];
    const [, , paused] = made;
    await local.read(Schedule, 200, 'POST', `/v1/schedules/${paused?.id}/pause`);
    await local.command(made[0]?.next?.timer_id ?? '', 'extend', { by: '1d' });
    const isMade = ({ id }: Portable) => made.some((schedule) => schedule.id === id);
    const left = (await exportedBy(local)).filter(isMade);
    expect(left.map((item) => item.type === 'schedule' && item.occurrence !== null).sort()).toEqual([
      false,
      true,
      true,
    ]);

    const arrived = (await through(cloud, left)).filter(isMade);
    expect(arrived).toEqual(left);
    const { data } = await cloud.get(TimerPage, '/v1/timers?limit=200&status=running');
    for (const { id, next } of made.slice(0, 2))
      expect(data.filter(({ schedule_id }) => schedule_id === id).map((timer) => timer.id)).toEqual([
        next?.timer_id,
      ]);

    for (const { id, next } of made) {
      await local.read(Schedule, 200, 'DELETE', `/v1/schedules/${id}`);
      await local.call('DELETE', `/v1/timers/${next?.timer_id}`);
    }
    expect((await through(local, arrived)).filter(isMade)).toEqual(left);
  });
});
