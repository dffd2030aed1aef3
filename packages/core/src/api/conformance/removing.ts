import { describe, expect, it } from '@jest/globals';
import { CleanupResult, Timer } from '@minoots/contract';
import { pointers } from './client.ts';
import type { Suite } from './suite.ts';

const HOUR = 3_600_000;

/** `DELETE /v1/timers/{id}` and `POST /v1/timers/cleanup`. */
export function removingTimers({ api, server }: Suite): void {
  const cleanup = (body?: object) => api().read(CleanupResult, 200, 'POST', '/v1/timers/cleanup', { body });

  describe('DELETE /v1/timers/{id}', () => {
    it('removes a timer for good, and cancels it by that', async () => {
      const { id } = await api().create({ id: 'conformance-deleted' });
      expect(await api().read(Timer, 200, 'DELETE', `/v1/timers/${id}`)).toMatchObject({
        id,
        status: 'cancelled',
      });
      expect((await api().refusal(404, 'GET', `/v1/timers/${id}`)).code).toBe('not_found');
      expect((await api().refusal(404, 'DELETE', `/v1/timers/${id}`)).code).toBe('not_found');
      await server().advance(2 * HOUR);
      expect((await api().refusal(404, 'GET', `/v1/timers/${id}`)).code).toBe('not_found');
    });

    it('frees the id', async () => {
      const { id } = await api().create({ id: 'conformance-freed', name: 'first' });
      await api().read(Timer, 200, 'DELETE', `/v1/timers/${id}`);
      expect((await api().create({ id, name: 'second' })).name).toBe('second');
    });
  });

  describe('POST /v1/timers/cleanup', () => {
    it('removes what has ended, by age and status, and nothing that is pending (complaint 12)', async () => {
      const old = await api().create();
      await api().command(old.id, 'cancel');
      await server().advance(2 * HOUR);
      const fired = await api().create({ duration: 1 });
      await server().advance(1);
      const cancelled = await api().create();
      await api().command(cancelled.id, 'cancel');
      const pending = await api().create();
      const left = async () => {
        const replies = await Promise.all(
          [old, fired, cancelled, pending].map(({ id }) => api().call('GET', `/v1/timers/${id}`)),
        );
        return replies.map(({ status }) => status);
      };
      await cleanup({ older_than: '1h', status: ['expired'] });
      expect(await left()).toEqual([200, 200, 200, 200]);
      await cleanup({ older_than: '1h' });
      expect(await left()).toEqual([404, 200, 200, 200]);
      await cleanup({ status: ['expired'] });
      expect(await left()).toEqual([404, 404, 200, 200]);
      expect(await cleanup()).toEqual({ removed: 1 });
      expect(await left()).toEqual([404, 404, 404, 200]);
      expect(await cleanup()).toEqual({ removed: 0 });
    });

    it.each<[object, string]>([
      [{ older_than: 'yesterday' }, '/older_than'],
      [{ older_than: -1 }, '/older_than'],
      [{ status: ['running'] }, '/status/0'],
      [{ status: [] }, '/status'],
      [{ all: true }, '/all'],
    ])('refuses %j', async (body, pointer) => {
      expect(pointers(await api().refusal(400, 'POST', '/v1/timers/cleanup', { body }))).toEqual([pointer]);
    });
  });
}
