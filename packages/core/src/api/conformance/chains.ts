import { describe, expect, it } from '@jest/globals';
import {
  BatchResult,
  CreatedTimer,
  type LogEntry,
  OPERATIONS,
  Timer,
  TimerGraph,
  TimerPage,
} from '@minoots/contract';
import { pointers } from './client.ts';
import type { Suite } from './suite.ts';

const MINUTE = 60_000;
const LARGE_TIMEOUT_MS = 120_000;

/** How large the largest chains and fan-outs are that an engine is tested with, in timers. */
export interface ChainSizes {
  long: number;
  wide: number;
}

/** Timers that wait for others, and the graph of what hangs together. */
export function chainedTimers(suite: Suite, sizes: ChainSizes): void {
  waitingForParents(suite);
  failingParents(suite);
  refusedDependencies(suite);
  batchesOfDependents(suite);
  removingParents(suite);
  readingGraphs(suite);
  largeChains(suite, sizes);
}

/** Ids of one test, told from those of the others. */
function family(name: string): (member: string) => string {
  return (member) => `chain-${name}-${member}`;
}

async function logOf({ api }: Suite, id: string): Promise<LogEntry[]> {
  return (await api().get(OPERATIONS.getTimerLogs.output, `/v1/timers/${id}/logs`)).data;
}

async function statusesOf({ api }: Suite, ids: readonly string[]): Promise<string[]> {
  return Promise.all(ids.map(async (id) => (await api().timer(id)).status));
}

function batchOf({ api }: Suite, timers: readonly object[]): Promise<BatchResult> {
  return api().read(BatchResult, 200, 'POST', '/v1/timers/batch', { body: { timers } });
}

/** The receiver refuses it for good, so that the timer fails: nothing listens there, and there is one attempt. */
const UNDELIVERED = {
  events: { on_expire: { webhook: 'http://127.0.0.1:9/' } },
  retry: { max_attempts: 1 },
};

function waitingForParents(suite: Suite): void {
  const { api, server } = suite;

  describe('a timer that depends on another', () => {
    it('waits, starts its time when the other fires, and says both', async () => {
      const parent = await api().create({ duration: '1m' });
      const child = await api().create({ duration: '30s', depends_on: parent.id });
      expect(child).toMatchObject({
        status: 'waiting',
        depends_on: [parent.id],
        waiting_for: [parent.id],
        depends_on_when: 'fired',
        on_dependency_failure: 'cancel',
        started_at: null,
        fire_at: null,
        progress: 0,
        time_remaining_ms: 30_000,
      });
      await server().advance(MINUTE - 1);
      expect((await api().timer(child.id)).status).toBe('waiting');
      await server().advance(1);
      const { fired_at } = await api().timer(parent.id);
      const started = await api().timer(child.id);
      expect(started).toMatchObject({ status: 'running', started_at: fired_at, waiting_for: [] });
      expect(started.depends_on).toEqual([parent.id]);
      await server().advance(30_000);
      expect(await api().timer(child.id)).toMatchObject({ status: 'expired', drift_ms: 0 });
      const types = (await logOf(suite, child.id)).map(({ type }) => type);
      expect(types).toEqual(['timer.created', 'timer.started', 'timer.fired', 'timer.expired']);
    });

    it('depends on nobody unless told', async () => {
      const nothing = { depends_on: [], waiting_for: [], depends_on_when: null, on_dependency_failure: null };
      expect(await api().create()).toMatchObject({ status: 'running', ...nothing });
      expect(await api().create({ depends_on: [] })).toMatchObject({ status: 'running', ...nothing });
    });

    it('waits for the last of several', async () => {
      const [first, second] = [
        await api().create({ duration: '1m' }),
        await api().create({ duration: '2m' }),
      ];
      const child = await api().create({ depends_on: [second.id, first.id, second.id] });
      expect(child.depends_on).toEqual([second.id, first.id]);
      await server().advance(MINUTE);
      expect(await api().timer(child.id)).toMatchObject({ status: 'waiting', waiting_for: [second.id] });
      await server().advance(MINUTE);
      expect(await api().timer(child.id)).toMatchObject({ status: 'running', waiting_for: [] });
    });

    it('starts when the other is fired by hand', async () => {
      const parent = await api().create();
      const child = await api().create({ depends_on: parent.id });
      await api().command(parent.id, 'fire');
      expect((await api().timer(child.id)).status).toBe('running');
    });

    it('starts at once where the other has fired before', async () => {
      const parent = await api().create({ duration: 1 });
      await server().advance(1);
      expect(await api().create({ depends_on: parent.id, depends_on_when: 'succeeded' })).toMatchObject({
        status: 'running',
        waiting_for: [],
      });
    });

    it('fires by its instant, at once where that has passed meanwhile', async () => {
      const parent = await api().create({ duration: '2m' });
      const fireAt = Date.parse(parent.created_at) + MINUTE;
      const child = await api().create({ fire_at: new Date(fireAt).toISOString(), depends_on: parent.id });
      await server().advance(2 * MINUTE);
      expect(await api().timer(child.id)).toMatchObject({ status: 'expired', drift_ms: MINUTE });
    });

    it('goes on waiting while the other is paused, and can be extended, fired and cancelled by itself', async () => {
      const parent = await api().create({ duration: '1m' });
      const [extended, fired, cancelled] = [
        await api().create({ duration: '1m', depends_on: parent.id }),
        await api().create({ duration: '1m', depends_on: parent.id }),
        await api().create({ duration: '1m', depends_on: parent.id }),
      ];
      await api().command(parent.id, 'pause');
      await server().advance(5 * MINUTE);
      expect((await api().command(extended.id, 'extend', { by: '1m' })).time_remaining_ms).toBe(2 * MINUTE);
      await api().command(fired.id, 'fire');
      await api().command(cancelled.id, 'cancel');
      await api().command(parent.id, 'resume');
      await server().advance(MINUTE);
      expect(await statusesOf(suite, [extended.id, fired.id, cancelled.id])).toEqual([
        'running',
        'expired',
        'cancelled',
      ]);
      expect((await api().timer(extended.id)).time_remaining_ms).toBe(2 * MINUTE);
    });

    it('is given again to a repeat of its request, even when the other is gone', async () => {
      const parent = await api().create({ duration: 1 });
      const body = { id: 'chain-repeated', name: 'again', duration: '1h', depends_on: parent.id };
      const first = await api().read(CreatedTimer, 201, 'POST', '/v1/timers', { body });
      expect((await api().read(CreatedTimer, 200, 'POST', '/v1/timers', { body })).status).toBe('waiting');
      await server().advance(1);
      await api().read(Timer, 200, 'DELETE', `/v1/timers/${parent.id}`);
      const again = await api().read(CreatedTimer, 200, 'POST', '/v1/timers', { body });
      expect([again.created_at, again.status]).toEqual([first.created_at, 'running']);
      const { results } = await batchOf(suite, [body]);
      expect(results.map(({ status }) => status)).toEqual([200]);
      const other = await api().refusal(422, 'POST', '/v1/timers', { body: { ...body, name: 'other' } });
      expect(other.code).toBe('unknown_parent');
    });
  });
}

function failingParents(suite: Suite): void {
  const { api, server } = suite;

  describe('a timer that depends on one that fails', () => {
    it('is cancelled with those that depend on it, and says why (complaint 13)', async () => {
      const parent = await api().create();
      const child = await api().create({ depends_on: parent.id });
      const grandchild = await api().create({ depends_on: child.id });
      await api().command(parent.id, 'cancel');
      expect(await api().timer(child.id)).toMatchObject({ status: 'cancelled', waiting_for: [] });
      await server().advance(1);
      expect(await statusesOf(suite, [child.id, grandchild.id])).toEqual(['cancelled', 'cancelled']);
      const last = (await logOf(suite, child.id)).at(-1);
      expect(last).toMatchObject({ type: 'timer.cancelled', data: { failed_parents: [parent.id] } });
      expect(last?.message).toBe(`A parent failed: ${parent.id} ended without firing`);
    });

    it('starts where it says so, and says why (complaint 13)', async () => {
      const parent = await api().create();
      const child = await api().create({ depends_on: [parent.id], on_dependency_failure: 'start' });
      await api().command(parent.id, 'cancel');
      expect((await api().timer(child.id)).status).toBe('running');
      expect((await logOf(suite, child.id)).at(-1)).toMatchObject({
        type: 'timer.started',
        data: { failed_parents: [parent.id] },
      });
    });

    it('is created cancelled where the other has failed before, and says why (complaint 13)', async () => {
      const parent = await api().create();
      await api().command(parent.id, 'cancel');
      const child = await api().create({ depends_on: parent.id });
      expect(child).toMatchObject({ status: 'cancelled', fired_at: null });
      expect((await logOf(suite, child.id)).at(-1)?.message).toContain(parent.id);
      const starting = await api().create({ depends_on: parent.id, on_dependency_failure: 'start' });
      expect(starting.status).toBe('running');
    });

    it('counts undelivered actions as failure only where it waits for success', async () => {
      const parent = await api().create({ duration: '1m', ...UNDELIVERED });
      const onFired = await api().create({ depends_on: parent.id });
      const onSuccess = await api().create({ depends_on: parent.id, depends_on_when: 'succeeded' });
      const either = { depends_on_when: 'succeeded', on_dependency_failure: 'start' } as const;
      const onEither = await api().create({ depends_on: parent.id, ...either });
      await server().advance(MINUTE);
      expect((await api().timer(parent.id)).status).toBe('failed');
      expect(await statusesOf(suite, [onFired.id, onSuccess.id, onEither.id])).toEqual([
        'running',
        'cancelled',
        'running',
      ]);
      expect((await logOf(suite, onSuccess.id)).at(-1)?.message).toBe(
        `A parent failed: not all actions of ${parent.id} were delivered`,
      );
    });

    it('waits for deliveries where it waits for success', async () => {
      const retry = { max_attempts: 2, initial: '1m' };
      const parent = await api().create({ duration: '1m', ...UNDELIVERED, retry });
      const child = await api().create({ depends_on: parent.id, depends_on_when: 'succeeded' });
      await server().advance(MINUTE);
      expect(await statusesOf(suite, [parent.id, child.id])).toEqual(['firing', 'waiting']);
      await server().advance(2 * MINUTE);
      expect(await statusesOf(suite, [parent.id, child.id])).toEqual(['failed', 'cancelled']);
    });
  });
}

function refusedDependencies({ api }: Suite): void {
  describe('POST /v1/timers with depends_on', () => {
    const request = (fields: object) => ({ body: { name: 'a', duration: '1h', ...fields } });

    it('refuses a timer that does not exist, and makes none', async () => {
      const { id } = await api().create();
      const one = request({ id: 'chain-refused', depends_on: 'tmr_nobody' });
      const problem = await api().refusal(422, 'POST', '/v1/timers', one);
      expect([problem.code, pointers(problem)]).toEqual(['unknown_parent', ['/depends_on']]);
      const many = request({ id: 'chain-refused', depends_on: ['tmr_nobody', id, 'tmr_none'] });
      expect(pointers(await api().refusal(422, 'POST', '/v1/timers', many))).toEqual([
        '/depends_on/0',
        '/depends_on/2',
      ]);
      await api().refusal(404, 'GET', '/v1/timers/chain-refused');
    });

    it('refuses a timer that would wait for itself', async () => {
      const own = request({ id: 'chain-own', depends_on: 'chain-own' });
      expect((await api().refusal(422, 'POST', '/v1/timers', own)).code).toBe('dependency_cycle');
    });

    it.each<[string, object, string]>([
      ['more than 20', { depends_on: Array.from({ length: 21 }, (_, n) => `t${n}`) }, '/depends_on'],
      ['an id that is none', { depends_on: 'a/b' }, '/depends_on'],
      ['an id in a list that is none', { depends_on: ['a', ''] }, '/depends_on/1'],
      ['an unknown outcome', { depends_on: 'a', depends_on_when: 'failed' }, '/depends_on_when'],
      ['an unknown policy', { depends_on: 'a', on_dependency_failure: 'wait' }, '/on_dependency_failure'],
      ['an outcome of nobody', { depends_on_when: 'fired' }, '/depends_on_when'],
      ['a policy for nobody', { on_dependency_failure: 'start' }, '/on_dependency_failure'],
    ])('refuses %s', async (_, fields, pointer) => {
      expect(pointers(await api().refusal(400, 'POST', '/v1/timers', request(fields)))).toEqual([pointer]);
    });
  });
}

function batchesOfDependents(suite: Suite): void {
  const { api, server } = suite;

  describe('POST /v1/timers/batch with depends_on', () => {
    it('takes items that depend on one another in any order, and on timers outside', async () => {
      const of = family('diamond');
      const outside = await api().create({ duration: '1m' });
      const timers = [
        { id: of('d'), name: 'd', duration: '1m', depends_on: [of('b'), of('c')] },
        { id: of('b'), name: 'b', duration: '1m', depends_on: of('a') },
        { id: of('c'), name: 'c', duration: '2m', depends_on: of('a') },
        { id: of('a'), name: 'a', duration: '1m', depends_on: outside.id },
      ];
      const { results } = await batchOf(suite, timers);
      expect(results.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
      const again = await batchOf(suite, timers);
      expect(again.results.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      const ids = ['a', 'b', 'c', 'd'].map(of);
      await server().advance(2 * MINUTE);
      expect(await statusesOf(suite, ids)).toEqual(['expired', 'running', 'running', 'waiting']);
      await server().advance(3 * MINUTE);
      expect(await statusesOf(suite, ids)).toEqual(['expired', 'expired', 'expired', 'expired']);
      expect((await api().timer(of('d'))).started_at).toBe((await api().timer(of('c'))).fired_at);
    });

    it('refuses items that wait for one another, those that wait for a refused one, and no others', async () => {
      const of = family('circle');
      const item = (member: string, ...parents: string[]) => ({
        id: of(member),
        name: member,
        duration: '1m',
        depends_on: parents.map(of),
      });
      const bad = { ...item('bad'), duration: 'soon' };
      const { results } = await batchOf(suite, [
        item('a', 'c'),
        item('b', 'a'),
        item('c', 'b'),
        item('own', 'own'),
        item('behind', 'c'),
        bad,
        item('after-bad', 'bad'),
        item('after-that', 'after-bad'),
        item('good'),
        item('after-good', 'good'),
      ]);
      const answers = results.map((result) => ('error' in result ? result.error.code : result.timer.status));
      expect(answers).toEqual([
        ...Array.from({ length: 5 }, () => 'dependency_cycle'),
        'invalid_request',
        'unknown_parent',
        'unknown_parent',
        'running',
        'waiting',
      ]);
    });
  });
}

function removingParents(suite: Suite): void {
  const { api } = suite;

  describe('DELETE /v1/timers/{id} of a timer that others wait for', () => {
    it('tells them before it is gone', async () => {
      const parent = await api().create();
      const child = await api().create({ depends_on: parent.id });
      const starting = await api().create({ depends_on: parent.id, on_dependency_failure: 'start' });
      const removed = await api().read(Timer, 200, 'DELETE', `/v1/timers/${parent.id}`);
      expect(removed.status).toBe('cancelled');
      await api().refusal(404, 'GET', `/v1/timers/${parent.id}`);
      expect(await statusesOf(suite, [child.id, starting.id])).toEqual(['cancelled', 'running']);
    });
  });
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

function largeChains(suite: Suite, { long, wide }: ChainSizes): void {
  const { api, server } = suite;

  describe('many timers that hang together', () => {
    it(
      `fire one after the other, each once, in a chain of ${long}`,
      async () => {
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
      },
      LARGE_TIMEOUT_MS,
    );

    it(
      `start together, each once, when ${wide} wait for one`,
      async () => {
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
      },
      LARGE_TIMEOUT_MS,
    );
  });
}
