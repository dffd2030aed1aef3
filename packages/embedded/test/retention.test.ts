import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PlanList, Usage } from '@minoots/contract';
import { ApiClient, sampleTimer, until } from '@minoots/core/testing';
import { type RunningServer, startServer } from '../src/index.ts';
import { openDatabase } from '../src/sqlite/database.ts';
import { SqliteTimerStore } from '../src/sqlite/timer-store.ts';
import { makeTempFolder } from './support/temp-folder.ts';

const DAY_MS = 86_400_000;

describe('a timer that ended long ago', () => {
  let home: Awaited<ReturnType<typeof makeTempFolder>>;
  let server: RunningServer | undefined;
  beforeEach(async () => {
    home = await makeTempFolder();
  });
  afterEach(async () => {
    await server?.close();
    await home.remove();
  });

  /** A server over a folder with timers that ended so many days ago. */
  const serve = async (historyDays: number | undefined, ...ages: number[]): Promise<ApiClient> => {
    const first = await startServer({ port: 0, host: '127.0.0.1', home: home.folder, logLevel: 'silent' });
    const api = new ApiClient({ baseUrl: first.url, key: first.apiKey });
    const { team_id: teamId } = await api.create();
    await first.close();
    const database = openDatabase(home.folder);
    const now = Date.now();
    await new SqliteTimerStore(database).insert(
      ages.map((days) => {
        const settledAt = now - days * DAY_MS;
        const phase = { status: 'cancelled', startedAt: settledAt, fireAt: null, settledAt } as const;
        return { ...sampleTimer({ id: `ended-${days}`, teamId }, settledAt), ...phase };
      }),
    );
    await database.close();
    server = await startServer({
      port: 0,
      host: '127.0.0.1',
      home: home.folder,
      logLevel: 'silent',
      ...(historyDays === undefined ? {} : { historyDays }),
    });
    return new ApiClient({ baseUrl: server.url, key: server.apiKey });
  };
  const statusOf = async (api: ApiClient, days: number) =>
    (await api.call('GET', `/v1/timers/ended-${days}`)).status;
  const historyOf = async (api: ApiClient) => {
    const { limits } = await api.get(Usage, '/v1/usage');
    const enterprise = (await api.get(PlanList, '/v1/plans')).data.find(({ id }) => id === 'enterprise');
    return { team: limits.history_ms, plan: enterprise?.limits.history_ms };
  };
  const gone = (api: ApiClient, days: number) =>
    until('the timer to go', async () => ((await statusOf(api, days)) === 404 ? true : null));

  it('goes by itself, three years after its end unless told (complaint 12)', async () => {
    const api = await serve(undefined, 1_094, 1_096);
    await gone(api, 1_096);
    expect(await statusOf(api, 1_094)).toBe(200);
  });

  it('goes after as many days as are set, and the limits say so', async () => {
    const api = await serve(7, 6, 8);
    await gone(api, 8);
    expect(await statusOf(api, 6)).toBe(200);
    expect(await historyOf(api)).toEqual({ team: 7 * DAY_MS, plan: 7 * DAY_MS });
  });

  it('stays where all are kept', async () => {
    const api = await serve(0, 3_000);
    await api.create();
    expect(await statusOf(api, 3_000)).toBe(200);
    expect(await historyOf(api)).toEqual({ team: null, plan: null });
  });
});
