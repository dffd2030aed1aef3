import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Schedule } from '@minoots/contract';
import { type ApiClient, until } from '@minoots/core/testing';
import { type DataFolder, makeDataFolder } from './support/data-folder.ts';
import { openReceiver, type Receiver } from './support/receiver.ts';

const EVERY_MS = 1_000;
const OUTAGE_MS = 4_000;

/** Schedules of a server that is killed, in real time. */
describe('a schedule of a server that is killed', () => {
  let data: DataFolder;
  let receiver: Receiver;
  beforeEach(async () => {
    data = await makeDataFolder();
    receiver = await openReceiver();
  });
  afterEach(async () => {
    await data.close();
    await receiver.close();
  });

  const create = (api: ApiClient, fields: object) =>
    api.read(Schedule, 201, 'POST', '/v1/schedules', {
      body: {
        name: 'each second',
        every: EVERY_MS,
        template: { events: { on_expire: { webhook: `${receiver.url}/run` } } },
        ...fields,
      },
    });
  const received = (count: number) =>
    until(`${count} runs`, () => (receiver.to('/run').length >= count ? true : null));

  it.each([
    ['goes on without what it missed', 'none', 0],
    ['catches up with one run, never a flood', 'one', 1],
  ] as const)('%s (complaint 10)', async (_, catch_up, late) => {
    const server = data.launch();
    const api = await server.ready();
    const { id } = await create(api, { catch_up });
    await received(2);
    await server.stop('SIGKILL');
    const killedAt = Date.now();
    await until('the outage to be long', () => (Date.now() > killedAt + OUTAGE_MS ? true : null));
    const before = receiver.to('/run').length;
    const relaunchedAt = Date.now();

    const next = await data.launch().ready();
    await received(before + late + 2);
    const { counts } = await next.get(Schedule, `/v1/schedules/${id}`);
    expect(counts.missed + counts.skipped + late).toBeGreaterThanOrEqual(OUTAGE_MS / EVERY_MS - 1);
    const runs = receiver.to('/run').map(({ body }) => JSON.parse(body));
    const ids = runs.map(({ timer }) => timer.id);
    // One may have been called at the moment of the kill, and is called again under the same id.
    expect(ids.length - new Set(ids).size).toBeLessThanOrEqual(1);
    const plannedAt = runs.map(({ timer }) => Date.parse(timer.fire_at));
    const lateRuns = plannedAt.filter((at) => at >= killedAt && at < relaunchedAt);
    expect(lateRuns.length).toBeLessThanOrEqual(1);
  });
});
