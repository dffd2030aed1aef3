import { describe, expect, it } from '@jest/globals';
import { DeliveryPage, TimerPage } from '@minoots/contract';
import { pointers } from './client.ts';
import type { Suite } from './suite.ts';

/** `GET /v1/timers` and what all lists share. */
export function listingTimers({ api }: Suite): void {
  const list = (query: string) => api().get(TimerPage, `/v1/timers?${query}`);
  const names = async (query: string) => (await list(query)).data.map(({ name }) => name);

  describe('GET /v1/timers', () => {
    it('lists the newest first', async () => {
      for (const name of ['first', 'second', 'third']) await api().create({ name, agent_id: 'order' });
      expect(await names('agent_id=order')).toEqual(['third', 'second', 'first']);
    });

    it('filters by status, name, agent, label and time to fire, all at once where asked', async () => {
      const agent_id = 'filters';
      await api().create({ agent_id, name: 'soon', duration: '1m', labels: { tier: 'one', zone: 'a' } });
      await api().create({ agent_id, name: 'late', duration: '3h', labels: { tier: 'one', zone: 'b' } });
      const paused = await api().create({ agent_id, name: 'paused', labels: { tier: 'two' } });
      const cancelled = await api().create({ agent_id, name: 'cancelled' });
      await api().command(paused.id, 'pause');
      await api().command(cancelled.id, 'cancel');
      const inAnHour = encodeURIComponent(cancelled.fire_at ?? '');
      expect(await names(`agent_id=${agent_id}&status=running`)).toEqual(['late', 'soon']);
      expect(await names(`agent_id=${agent_id}&status=paused,cancelled`)).toEqual(['cancelled', 'paused']);
      expect(await names(`agent_id=${agent_id}&name=soon`)).toEqual(['soon']);
      expect(await names(`agent_id=${agent_id}&label.tier=one`)).toEqual(['late', 'soon']);
      expect(await names(`agent_id=${agent_id}&label.tier=one&label.zone=b`)).toEqual(['late']);
      expect(await names(`agent_id=${agent_id}&status=running&fire_before=${inAnHour}`)).toEqual(['soon']);
      expect(await names(`agent_id=${agent_id}&status=running&fire_after=${inAnHour}`)).toEqual(['late']);
      expect(await names(`agent_id=${agent_id}&label.tier=two&status=running`)).toEqual([]);
    });

    it('pages through every timer once, whatever is created meanwhile', async () => {
      const agent_id = 'paging';
      const made = new Set<string>();
      for (let n = 0; n < 23; n++) made.add((await api().create({ agent_id, name: `n${n}` })).id);
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: TimerPage = await list(
          `agent_id=${agent_id}&limit=5${cursor === null ? '' : `&cursor=${cursor}`}`,
        );
        expect(page.data.length).toBeLessThanOrEqual(5);
        seen.push(...page.data.map(({ id }) => id));
        cursor = page.next_cursor;
        await api().create({ agent_id, name: 'meanwhile' });
      } while (cursor !== null);
      expect(seen.filter((id) => made.has(id))).toHaveLength(23);
      expect(new Set(seen).size).toBe(seen.length);
    });

    it.each([
      ['limit=0', '?limit'],
      ['limit=201', '?limit'],
      ['limit=many', '?limit'],
      ['status=asleep', '?status'],
      ['fire_before=tomorrow', '?fire_before'],
      ['colour=red', '?colour'],
      ['label.=x', '?label.'],
      ['name=a&name=b', '?name'],
      ['cursor=', '?cursor'],
    ])('refuses %s', async (query, pointer) => {
      expect(pointers(await api().refusal(400, 'GET', `/v1/timers?${query}`))).toEqual([pointer]);
    });

    it.each(['nonsense', 'AAAA', '%00', 'eyJhIjoxfQ', 'dGltZXJzOg', 'dGltZXJzOi0x'])(
      'refuses the cursor %s',
      async (cursor) => {
        const problem = await api().refusal(400, 'GET', `/v1/timers?cursor=${cursor}`);
        expect([problem.code, pointers(problem)]).toEqual(['invalid_cursor', ['?cursor']]);
      },
    );

    it('refuses a cursor of another list', async () => {
      for (let n = 0; n < 2; n++) await api().create({ agent_id: 'cursors' });
      const { next_cursor } = await list('agent_id=cursors&limit=1');
      expect(next_cursor).not.toBeNull();
      const problem = await api().refusal(400, 'GET', `/v1/deliveries?cursor=${next_cursor}`);
      expect(problem.code).toBe('invalid_cursor');
      expect((await api().get(DeliveryPage, '/v1/deliveries?limit=1')).data.length).toBeLessThanOrEqual(1);
    });
  });
}
