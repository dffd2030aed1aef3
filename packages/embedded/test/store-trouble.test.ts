import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Readiness, TimerPage } from '@minoots/contract';
import type { ApiClient } from '@minoots/core/testing';
import { until } from '@minoots/core/testing';
import { type DataFolder, makeDataFolder } from './support/data-folder.ts';
import { openReceiver, type Receiver } from './support/receiver.ts';

const KIB = 1_024;
const EXIT_IO = 74;
/** A module that ends the writer's thread when the process is told to. */
const KILLABLE_WRITER = `data:text/javascript,${encodeURIComponent(
  "process.on('worker', (worker) => process.on('SIGUSR2', () => worker.terminate()));",
)}`;

describe('a store in trouble', () => {
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

  // A large one, since the last free pages of a full disk may still take a small one.
  const problemOf = (api: ApiClient) =>
    api.refusal(503, 'POST', '/v1/timers', {
      body: { name: 'refused', duration: '1h', metadata: { text: 'x'.repeat(15 * KIB) } },
    });

  describe('on a full disk', () => {
    /** Creates timers until one is refused, and fills what is left. Gives the ids of those that were acknowledged. */
    const fill = async (api: ApiClient): Promise<string[]> => {
      const small = await api.create();
      const ids = [small.id];
      const create = async (): Promise<boolean> => {
        const body = { name: 'filler', duration: '1h', metadata: { text: 'x'.repeat(8 * KIB) } };
        const reply = await api.call('POST', '/v1/timers', { body });
        if (reply.status === 201) ids.push(JSON.parse(reply.text).id);
        return reply.status === 201;
      };
      const createEight = () => Promise.all(Array.from({ length: 8 }, create));
      while ((await createEight()).every(Boolean));
      // A small change may fit where a large timer did not; where no new name fits, a firing does not either.
      const rename = (name: string) => api.call('PATCH', `/v1/timers/${small.id}`, { body: { name } });
      for (let count = 0; (await rename(`small ${count}`)).status === 200; count++);
      return ids;
    };

    it('refuses to create, goes on answering, and has lost no acknowledged timer afterwards (complaint 3)', async () => {
      const limited = data.launch({ maxFileBytes: 1_536 * KIB });
      const api = await limited.ready();
      const ids = await fill(api);
      expect(ids.length).toBeGreaterThan(20);
      expect(await problemOf(api)).toMatchObject({ code: 'storage_unavailable', retryable: true });
      const shown = await api.get(TimerPage, '/v1/timers?limit=200');
      expect(shown.data.map(({ id }) => id).sort()).toEqual([...ids].sort());
      expect((await api.send('/healthz')).status).toBe(200);
      expect((await limited.stop('SIGTERM')).code).toBe(0);

      const next = await data.launch().ready();
      const kept = await next.get(TimerPage, '/v1/timers?limit=200');
      expect(kept.data.map(({ id }) => id).sort()).toEqual([...ids].sort());
      await next.create();
    });

    it('loses no acknowledged timer when it is killed as well (complaint 3)', async () => {
      const limited = data.launch({ maxFileBytes: 1_536 * KIB });
      const ids = await fill(await limited.ready());
      await limited.stop('SIGKILL');
      const kept = await (await data.launch().ready()).get(TimerPage, '/v1/timers?limit=200');
      expect(kept.data.map(({ id }) => id).sort()).toEqual(expect.arrayContaining(ids.sort()));
    });

    it('delivers later what it could not deliver', async () => {
      const limited = data.launch({ maxFileBytes: 1_536 * KIB });
      const api = await limited.ready();
      const { id } = await api.create({
        duration: 1_500,
        events: { on_expire: { webhook: receiver.url } },
      });
      await fill(api);
      const { fire_at } = await api.timer(id);
      await until('the timer to be due', () => (Date.now() > Date.parse(fire_at ?? '') + 500 ? true : null));
      expect((await api.timer(id)).status).toBe('running');
      await limited.stop('SIGKILL');
      const next = await data.launch().ready();
      await until('the timer to expire', async () =>
        (await next.timer(id)).status === 'expired' ? true : null,
      );
      expect(receiver.requests).toHaveLength(1);
    });

    it('does not start without room, and says why', async () => {
      const exit = await data.launch({ maxFileBytes: 8 * KIB }).exit;
      expect(exit).toMatchObject({ code: EXIT_IO, stdout: '' });
      expect(exit.stderr).toMatch(/^minoots: [^\n]+ leave room on its disk[^\n]+\n$/);
    });
  });

  it('is not ready and refuses changes once its writer has ended, and still ends in order', async () => {
    const server = data.launch({ nodeArgs: ['--import', KILLABLE_WRITER] });
    const api = await server.ready();
    const { id } = await api.create();
    server.send('SIGUSR2');
    await until('the server to be unready', async () =>
      (await api.send('/readyz')).status === 503 ? true : null,
    );
    const { checks } = Readiness.parse(JSON.parse((await api.send('/readyz')).text));
    expect(checks).toMatchObject({ store: { ok: false, detail: expect.any(String) }, alarms: { ok: true } });
    expect(await problemOf(api)).toMatchObject({ code: 'storage_unavailable' });
    expect((await api.timer(id)).status).toBe('running');
    expect((await server.stop('SIGTERM')).code).toBe(0);
    expect((await (await data.launch().ready()).timer(id)).status).toBe('running');
  });
});
