import { afterEach, describe, expect, it } from '@jest/globals';
import {
  ExportPage,
  ImportResult,
  type Portable,
  type PortableSchedule,
  Schedule,
  TimerPage,
} from '@minoots/contract';
import type { Suite } from './suite.ts';

const MINUTE = 60_000;

/** Schedules as they leave a server and come into one. */
export function movingSchedules({ api, server }: Suite): void {
  const load = (data: unknown[]) => api().read(ImportResult, 200, 'POST', '/v1/import', { body: { data } });
  const create = (fields: object = {}) =>
    api().read(Schedule, 201, 'POST', '/v1/schedules', {
      body: { name: 'moving', every: '1h', jitter: '5m', template: { labels: { a: 'b' } }, ...fields },
    });
  const schedule = (id: string) => api().get(Schedule, `/v1/schedules/${id}`);
  /** All that is exported, page by page. */
  async function exported(): Promise<Portable[]> {
    const found: Portable[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page: ExportPage = await api().get(ExportPage, `/v1/export?limit=200${query}`);
      found.push(...page.data);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return found;
  }
  async function exportOf(id: string): Promise<PortableSchedule> {
    const found = (await exported()).find((item) => item.type === 'schedule' && item.id === id);
    if (found?.type !== 'schedule') throw new Error(`schedule ${id} is not exported`);
    return found;
  }
  const timersOf = async (id: string) => {
    const { data } = await api().get(TimerPage, '/v1/timers?limit=200');
    return data.filter(({ schedule_id }) => schedule_id === id).reverse();
  };
  /** Removes a schedule with all that it has made, as if it had never been on this server. */
  const forget = async (id: string) => {
    await api().read(Schedule, 200, 'DELETE', `/v1/schedules/${id}`);
    for (const timer of await timersOf(id)) await api().call('DELETE', `/v1/timers/${timer.id}`);
  };
  const pendingOf = async (id: string) => (await timersOf(id)).filter(({ status }) => status === 'running');

  describe('schedules that move', () => {
    const made: string[] = [];
    const begin = async (fields: object = {}) => {
      const { id } = await create(fields);
      made.push(id);
      return id;
    };
    afterEach(async () => {
      for (const id of made.splice(0)) await api().call('DELETE', `/v1/schedules/${id}`);
    });

    it('keep plan, history and the one pending occurrence, which fires once at its instant', async () => {
      const id = await begin({ overlap: 'allow', catch_up: 'one' });
      await server().advance(70 * MINUTE);
      const before = await schedule(id);
      const [occurrence] = await pendingOf(id);
      const portable = await exportOf(id);
      expect(portable).toMatchObject({
        occurrence: { id: occurrence?.id, schedule_id: id },
        counts: { fired: 1 },
      });
      await forget(id);
      await server().advance(MINUTE);
      expect(await load([portable])).toMatchObject({ imported: 1, results: [{ status: 201, id }] });

      const { created_by: _, updated_at: __, ...kept } = before;
      expect(await schedule(id)).toMatchObject(kept);
      expect(await pendingOf(id)).toMatchObject([
        { id: occurrence?.id, fire_at: occurrence?.fire_at, generation: 1 },
      ]);
      expect(await exportOf(id)).toEqual(portable);
      await server().advance(60 * MINUTE);
      expect(await api().timer(occurrence?.id ?? '')).toMatchObject({ status: 'expired', drift_ms: 0 });
      expect(await pendingOf(id)).toHaveLength(1);
      expect(await schedule(id)).toMatchObject({ counts: { fired: 2, missed: 0, cancelled: 0 } });
    });

    it('export their pending occurrence with themselves only', async () => {
      const id = await begin();
      const [occurrence] = await pendingOf(id);
      const timers = (await exported()).filter(({ type }) => type === 'timer');
      expect(timers.map((timer) => timer.id)).not.toContain(occurrence?.id);
    });

    it('change nothing when they come twice, be it after they have gone on', async () => {
      const id = await begin();
      const portable = await exportOf(id);
      expect(await load([portable])).toMatchObject({ imported: 0, unchanged: 1 });
      await forget(id);
      expect(await load([portable, portable])).toMatchObject({ imported: 1, unchanged: 1 });
      await server().advance(70 * MINUTE);
      const there = await schedule(id);
      expect(await load([portable])).toMatchObject({ unchanged: 1, results: [{ status: 200, id }] });
      expect(await schedule(id)).toEqual(there);
      expect(await pendingOf(id)).toHaveLength(1);
    });

    it('are refused, each by itself, where another has their id, or where they are no schedules', async () => {
      const id = await begin();
      const portable = await exportOf(id);
      const there = await schedule(id);
      const { next } = portable;
      const { results } = await load([
        { ...portable, name: 'other' },
        { ...portable, id: `${id}x` },
        { ...portable, version: 2 },
        { ...portable, status: 'paused' },
        { ...portable, next: { ...next, fire_at: next?.planned_at, planned_at: next?.fire_at } },
        { ...portable, timing: { cron: '0 0 30 2 *', timezone: 'UTC' }, occurrence: null },
      ]);
      expect(results.map((result) => ('error' in result ? result.error.code : null))).toEqual([
        'schedule_exists',
        ...Array.from({ length: 5 }, () => 'invalid_request'),
      ]);
      expect(await schedule(id)).toEqual(there);
    });

    it('are refused for what a request to create them would be refused for', async () => {
      const id = await begin();
      const portable = { ...(await exportOf(id)), id: 'moved-badly', next: null, occurrence: null };
      const events = { on_expire: { webhook: 'https://example.com/${secret.NOBODY_SET_IT}' } };
      const { results } = await load([{ ...portable, template: { events } }]);
      expect(results).toMatchObject([{ status: 422, error: { code: 'unknown_secret' } }]);
    });

    it('stay paused, and go on when they are resumed', async () => {
      const id = await begin();
      await api().read(Schedule, 200, 'POST', `/v1/schedules/${id}/pause`);
      const portable = await exportOf(id);
      expect(portable).toMatchObject({ status: 'paused', next: null, occurrence: null });
      await forget(id);
      await load([portable]);
      await server().advance(120 * MINUTE);
      expect(await timersOf(id)).toEqual([]);
      await api().read(Schedule, 200, 'POST', `/v1/schedules/${id}/resume`);
      expect(await pendingOf(id)).toHaveLength(1);
    });

    it('keep an occurrence that was changed by hand as it is', async () => {
      const id = await begin({ jitter: 0 });
      const [occurrence] = await pendingOf(id);
      await server().advance(30 * MINUTE);
      await api().command(occurrence?.id ?? '', 'pause');
      const portable = await exportOf(id);
      await forget(id);
      await server().advance(60 * MINUTE);
      await load([portable]);
      expect(await api().timer(occurrence?.id ?? '')).toMatchObject({
        status: 'paused',
        time_remaining_ms: 30 * MINUTE,
      });
      expect(await exportOf(id)).toEqual(portable);
    });

    it('treat the way as an outage: what came due on it does not fire, or once where they may catch up', async () => {
      const [none, one] = [await begin({ jitter: 0 }), await begin({ jitter: 0, catch_up: 'one' })];
      const portables = [await exportOf(none), await exportOf(one)];
      for (const id of [none, one]) await forget(id);
      await server().advance(210 * MINUTE);
      await load(portables);
      await server().advance(1);
      const statuses = async (id: string) => (await timersOf(id)).map(({ status }) => status);
      expect(await statuses(none)).toEqual(['skipped', 'running']);
      expect(await statuses(one)).toEqual(['expired', 'running']);
    });

    it('go on from an occurrence that has ended where they come to', async () => {
      const id = await begin({ jitter: 0 });
      const portable = await exportOf(id);
      await server().advance(60 * MINUTE);
      await api().read(Schedule, 200, 'DELETE', `/v1/schedules/${id}`);
      await load([portable]);
      const [first, ...rest] = await timersOf(id);
      expect(first).toMatchObject({ id: portable.occurrence?.id, status: 'expired' });
      expect(rest.filter(({ status }) => status === 'running')).toHaveLength(1);
      expect((await schedule(id)).counts.fired).toBe(1);
    });

    it('bring the occurrence that other timers wait for, in any order', async () => {
      const id = await begin({ jitter: 0 });
      const [occurrence] = await pendingOf(id);
      const child = await api().create({ duration: '1m', depends_on: occurrence?.id });
      const [parts, portable] = [await exported(), await exportOf(id)];
      const waiting = parts.find((item) => item.id === child.id);
      await api().call('DELETE', `/v1/timers/${child.id}`);
      await forget(id);
      expect(await load([waiting, portable])).toMatchObject({ imported: 2, refused: 0 });
      await server().advance(60 * MINUTE);
      await server().advance(MINUTE);
      expect(await api().timer(child.id)).toMatchObject({ status: 'expired' });
    });
  });
}
