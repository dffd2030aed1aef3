import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ExportPage, ImportResult, type PortableTimer } from '@minoots/contract';
import { startReceiver, type TestReceiver } from '../../actions/test-receiver.ts';
import { pointers } from './client.ts';
import type { Suite } from './suite.ts';

/** Timers as they leave a server and come into one. */
export function movingTimers({ api, server }: Suite): void {
  let receiver: TestReceiver;
  beforeAll(async () => {
    receiver = await startReceiver((response) => response.writeHead(200).end());
  });
  afterAll(() => receiver.close());

  const load = (data: unknown[]) => api().read(ImportResult, 200, 'POST', '/v1/import', { body: { data } });
  /** What a timer is exported as, looked for among all. */
  async function exported(id: string): Promise<PortableTimer> {
    let cursor: string | null = null;
    do {
      const page: ExportPage = await api().get(
        ExportPage,
        `/v1/export?limit=200${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      const found = page.data.find((item) => item.id === id);
      if (found?.type === 'timer') return found;
      cursor = page.next_cursor;
    } while (cursor !== null);
    throw new Error(`timer ${id} is not exported`);
  }
  const forget = (id: string) => api().call('DELETE', `/v1/timers/${id}`);
  const hook = () => ({
    events: { on_expire: { webhook: { url: `${receiver.url}/moved`, body: { v: 1 } } } },
  });

  describe('GET /v1/export', () => {
    it('gives what has not ended, and nothing that has', async () => {
      const [kept, over] = [await api().create(), await api().create()];
      await api().command(over.id, 'cancel');
      expect(await exported(kept.id)).toMatchObject({ type: 'timer', version: 1, id: kept.id });
      await expect(exported(over.id)).rejects.toThrow('is not exported');
    });

    it('refuses a cursor of another list', async () => {
      expect((await api().refusal(400, 'GET', '/v1/export?cursor=bm9uc2Vuc2U')).code).toBe('invalid_cursor');
    });
  });

  describe('POST /v1/import', () => {
    it('keeps id, generation and clock of a running timer, which fires once at its instant', async () => {
      const { id } = await api().create({ duration: '10m', labels: { a: 'b' }, ...hook() });
      const { generation, fire_at } = await api().command(id, 'extend', { by: '5m' });
      const portable = await exported(id);
      await forget(id);
      await server().advance(60_000);
      expect(await load([portable])).toMatchObject({ imported: 1, results: [{ status: 201, id }] });
      expect(await api().timer(id)).toMatchObject({
        generation,
        fire_at,
        status: 'running',
        labels: { a: 'b' },
      });
      expect(await exported(id)).toEqual(portable);

      const before = receiver.requests.length;
      await server().advance(3_600_000);
      expect(await api().timer(id)).toMatchObject({ status: 'expired', fired_at: fire_at, drift_ms: 0 });
      expect(receiver.requests.length - before).toBe(1);
    });

    it('keeps what remains of a paused timer, however long it takes to get here', async () => {
      const { id } = await api().create({ duration: '10m' });
      await server().advance(60_000);
      await api().command(id, 'pause');
      const portable = await exported(id);
      await forget(id);
      await server().advance(3_600_000);
      await load([portable]);
      expect(await api().timer(id)).toMatchObject({ status: 'paused', time_remaining_ms: 540_000 });
      await api().command(id, 'resume');
      await server().advance(540_000);
      expect(await api().timer(id)).toMatchObject({ status: 'expired' });
    });

    it('fires at once what came due on the way, and records how late that is', async () => {
      const { id } = await api().create({ duration: '1m', ...hook() });
      const portable = await exported(id);
      await forget(id);
      await server().advance(3_600_000);
      await load([portable]);
      await server().advance(1);
      const timer = await api().timer(id);
      expect(timer.status).toBe('expired');
      expect(timer.drift_ms).toBeGreaterThanOrEqual(3_540_000);
    });

    it('changes nothing when it comes twice, be it after the timer has moved on', async () => {
      const { id } = await api().create({ duration: '1h' });
      const portable = await exported(id);
      expect(await load([portable])).toMatchObject({ imported: 0, unchanged: 1 });
      await forget(id);
      await load([portable, portable]);
      await api().command(id, 'pause');
      expect(await load([portable])).toMatchObject({
        imported: 0,
        unchanged: 1,
        results: [{ status: 200, id }],
      });
      expect(await api().timer(id)).toMatchObject({ status: 'paused' });
    });

    it('refuses, each by itself, what is there with other content and what is no portable timer', async () => {
      const { id } = await api().create({ duration: '1h' });
      const portable = await exported(id);
      const { refused, results } = await load([
        { ...portable, name: 'other' },
        { ...portable, version: 2 },
        'nonsense',
        { ...portable, clock: { ...portable.clock, status: 'firing' } },
      ]);
      expect(refused).toBe(4);
      expect(results.map((result) => ('error' in result ? result.error.code : null))).toEqual([
        'timer_exists',
        ...Array.from({ length: 3 }, () => 'invalid_request'),
      ]);
    });

    it('refuses actions that a request could not ask for', async () => {
      const { id } = await api().create({ duration: '1h' });
      const portable = { ...(await exported(id)), id: 'moved-badly' };
      const events = { on_expire: { webhook: 'https://example.com/${nothing.known}' } };
      const { results } = await load([{ ...portable, events }]);
      expect(results).toMatchObject([{ status: 422, error: { code: 'unknown_placeholder' } }]);
    });

    it('lets timers wait on for parents that come with them, in any order, or are there already', async () => {
      const parent = await api().create({ duration: '10m' });
      const child = await api().create({ duration: '1m', depends_on: parent.id });
      const grandchild = await api().create({ duration: '1m', depends_on: [child.id] });
      const portables = await Promise.all([grandchild, child, parent].map(({ id }) => exported(id)));
      const [youngest, middle, eldest] = portables;
      for (const { id } of [grandchild, child, parent]) await forget(id);

      const alone = await load([youngest]);
      expect(alone.results).toMatchObject([{ status: 422, error: { code: 'unknown_parent' } }]);
      expect(await load([eldest])).toMatchObject({ imported: 1 });
      expect(await load([youngest, middle])).toMatchObject({ imported: 2 });
      expect(await api().timer(child.id)).toMatchObject({ status: 'waiting', waiting_for: [parent.id] });
      expect(await Promise.all([child, parent].map(({ id }) => exported(id)))).toEqual([middle, eldest]);
      await server().advance(600_000);
      await server().advance(60_000);
      await server().advance(60_000);
      for (const { id } of [parent, child, grandchild])
        expect(await api().timer(id)).toMatchObject({ status: 'expired' });
    });

    it.each<[object, string]>([
      [{}, '/data'],
      [{ data: [] }, '/data'],
      [{ data: Array.from({ length: 1_001 }, () => null) }, '/data'],
    ])('refuses a request without 1 to 1,000 items', async (body, pointer) => {
      expect(pointers(await api().refusal(400, 'POST', '/v1/import', { body }))).toEqual([pointer]);
    });
  });
}
