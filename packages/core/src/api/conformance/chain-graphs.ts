import { describe, expect, it } from '@jest/globals';
import { type Timer, TimerGraph, TimerPage } from '@minoots/contract';
import { batchOf, family, logOf } from './chain-help.ts';
import type { Suite } from './suite.ts';

const MINUTE = 60_000;

/** How large the largest chains and fan-outs are that an engine is tested with, in timers. */
export interface ChainSizes {
  long: number;
  wide: number;
}

/** The graph of what hangs together, and chains and fan-outs of many timers. */
export function graphsOfTimers(suite: Suite): void {
  readingGraphs(suite);
  largeChains(suite);
}

function readingGraphs(suite: Suite): void {
  const { api, server } = suite;
  const graphOf = (id: string) => api().get(TimerGraph, `/v1/timers/${id}/graph`);

  describe('GET /v1/timers/{id}/graph', () => {
    it('shows what a timer came from and what follows from it, and nothing beside', async () => {
      const of = family('graph');
      const item = (member: string, ...parents: string[]) => ({
        id: of(member),
        name: member,
        duration: '1m',
        depends_on: parents.map(of),
      });
      await batchOf(suite, [
        item('grandparent'),
        item('parent', 'grandparent'),
        item('uncle', 'grandparent'),
        item('me', 'parent', 'grandparent'),
        item('child', 'me', 'parent'),
        item('grandchild', 'child'),
      ]);
      await server().advance(MINUTE);
      const { nodes, edges, truncated } = await graphOf(of('me'));
      expect(truncated).toBe(false);
      expect(nodes[0]).toEqual({ id: of('me'), name: 'me', status: 'waiting', depth: 0 });
      expect(new Map(nodes.map(({ name, status, depth }) => [name, `${depth} ${status}`]))).toEqual(
        new Map([
          ['me', '0 waiting'],
          ['parent', '-1 running'],
          ['grandparent', '-1 expired'],
          ['child', '1 waiting'],
          ['grandchild', '2 waiting'],
        ]),
      );
      const drawn = edges.map(({ from, to, type }) => `${from} ${type} ${to}`).sort();
      const expected = [
        ['grandparent', 'me'],
        ['grandparent', 'parent'],
        ['parent', 'me'],
        ['parent', 'child'],
        ['me', 'child'],
        ['child', 'grandchild'],
      ];
      expect(drawn).toEqual(
        expected.map(([from, to]) => `${of(from ?? '')} depends_on ${of(to ?? '')}`).sort(),
      );
      expect((await api().timer(of('me'))).generation).toBe(1);
    });

    it('is a timer alone where it hangs together with none', async () => {
      const { id, name } = await api().create();
      expect(await graphOf(id)).toEqual({
        nodes: [{ id, name, status: 'running', depth: 0 }],
        edges: [],
        truncated: false,
      });
      expect((await api().refusal(404, 'GET', '/v1/timers/tmr_nobody/graph')).code).toBe('not_found');
    });
  });
}

function largeChains(suite: Suite): void {
  const { long, wide } = suite.chains;
  const { api, server } = suite;

  describe('many timers that hang together', () => {
    it(`fire one after the other, each once, in a chain of ${long}`, async () => {
      const of = family('long');
      const ids = Array.from({ length: long }, (_, n) => of(String(n)));
      const timers = ids.map((id, n) => ({
        id,
        name: 'link',
        duration: 1,
        agent_id: 'chain-long',
        ...(n === 0 ? { duration: '1m' } : { depends_on: ids[n - 1] }),
      }));
      const { created } = await batchOf(suite, timers.reverse());
      expect(created).toBe(long);
      await server().advance(MINUTE + long);
      const { started_at } = await api().timer(ids[0] ?? '');
      const last = await api().timer(ids.at(-1) ?? '');
      expect(last.status).toBe('expired');
      expect(Date.parse(last.fired_at ?? '') - Date.parse(started_at ?? '')).toBe(MINUTE + long - 1);
      for (const id of ids) {
        const types = (await logOf(suite, id)).map(({ type }) => type);
        expect(types.filter((type) => type === 'timer.fired')).toHaveLength(1);
      }
      const graph = await api().get(TimerGraph, `/v1/timers/${ids[0]}/graph`);
      expect([graph.nodes.length, graph.edges.length, graph.truncated]).toEqual([long, long - 1, false]);
    });

    it(`start together, each once, when ${wide} wait for one`, async () => {
      const parent = await api().create({ duration: '1m' });
      const timers = Array.from({ length: wide }, () => ({
        name: 'wide',
        duration: '1h',
        agent_id: 'chain-wide',
        depends_on: parent.id,
      }));
      expect((await batchOf(suite, timers)).created).toBe(wide);
      await server().advance(MINUTE);
      const { fired_at } = await api().timer(parent.id);
      const started: Timer[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const query = `agent_id=chain-wide&limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`;
        const page: TimerPage = await api().get(TimerPage, `/v1/timers?${query}`);
        started.push(...page.data);
        cursor = page.next_cursor;
      }
      expect(started).toHaveLength(wide);
      expect(
        started.filter(({ status, started_at }) => status !== 'running' || started_at !== fired_at),
      ).toEqual([]);
      const { nodes, truncated } = await api().get(TimerGraph, `/v1/timers/${parent.id}/graph`);
      expect([nodes.length, truncated]).toEqual([Math.min(wide + 1, 1_000), wide >= 1_000]);
    });
  });
}
