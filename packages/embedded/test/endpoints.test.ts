import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Endpoint } from '@minoots/contract';
import { type ApiClient, startReceiver, type TestReceiver, until } from '@minoots/core/testing';
import { type DataFolder, makeDataFolder } from './support/data-folder.ts';

const TIMERS = 30;

describe('what is postponed on the embedded engine', () => {
  let data: DataFolder;
  let receiver: TestReceiver;
  beforeEach(async () => {
    data = await makeDataFolder();
    receiver = await startReceiver((response) => response.writeHead(204).end());
  });
  afterEach(async () => {
    await data.close();
    await receiver.close();
  });

  const pause = (api: ApiClient) =>
    api.read(Endpoint, 200, 'POST', '/v1/endpoints/pause', { body: { url: `${receiver.url}/hook` } });
  const resume = (api: ApiClient, { id }: Endpoint) =>
    api.read(Endpoint, 200, 'POST', `/v1/endpoints/${id}/resume`);
  const postponedTimers = async (api: ApiClient): Promise<string[]> => {
    const events = { on_expire: { webhook: `${receiver.url}/hook` } };
    const timers = Array.from({ length: TIMERS }, () => api.create({ duration: 1, events }));
    const ids = (await Promise.all(timers)).map(({ id }) => id);
    await until('all to be postponed', async () => {
      const read = await Promise.all(ids.map((id) => api.timer(id)));
      return read.every(({ deliveries }) => deliveries[0]?.postponed != null) ? true : null;
    });
    return ids;
  };
  const allExpired = (api: ApiClient, ids: readonly string[]) =>
    until('all to be delivered', async () => {
      const read = await Promise.all(ids.map((id) => api.timer(id)));
      return read.every(({ status }) => status === 'expired') ? true : null;
    });

  it('is still there after a crash, as is the pause, and goes out once when the endpoint resumes', async () => {
    const first = data.launch();
    const api = await first.ready();
    const endpoint = await pause(api);
    const ids = await postponedTimers(api);
    await first.stop('SIGKILL');

    const again = await data.launch().ready();
    expect(await again.get(Endpoint, `/v1/endpoints/${endpoint.id}`)).toEqual(endpoint);
    const late = await postponedTimers(again);
    expect(receiver.requests).toEqual([]);
    await resume(again, endpoint);
    await allExpired(again, [...ids, ...late]);
    expect(receiver.requests).toHaveLength(2 * TIMERS);
  });

  it('goes out although the server dies right after the endpoint resumed', async () => {
    const first = data.launch();
    const api = await first.ready();
    const endpoint = await pause(api);
    const ids = await postponedTimers(api);
    await resume(api, endpoint);
    await first.stop('SIGKILL');

    const again = await data.launch().ready();
    await allExpired(again, ids);
    const sent = new Set(receiver.requests.map(({ headers }) => headers['webhook-id']));
    expect(sent.size).toBe(TIMERS);
  });
});
