import { describe, expect, it } from '@jest/globals';
import { CancelLineageResult, type Timer, TimerGraph } from '@minoots/contract';
import { pointers } from './client.ts';
import type { Suite } from './suite.ts';

const MINUTE = 60_000;

/** Timers that make timers. */
export function spawningTimers(suite: Suite): void {
  makingTimers(suite);
  refusingTimers(suite);
  cancellingLines(suite);
}

/** A line of timers, each made by the one before as it expires; the first comes after `depth` 0. */
function lineOf(depth: number, fields: object = {}): object {
  const events = depth === 0 ? {} : { events: { on_expire: { timer: lineOf(depth - 1, fields) } } };
  return { name: `with ${depth} to come`, duration: '1m', ...fields, ...events };
}

/** The timers that came of one, nearest first. */
async function descendants({ api }: Suite, id: string): Promise<Timer[]> {
  const { nodes } = await api().get(TimerGraph, `/v1/timers/${id}/graph`);
  const below = nodes.filter(({ depth }) => depth > 0).sort((one, other) => one.depth - other.depth);
  return Promise.all(below.map((node) => api().timer(node.id)));
}

function makingTimers(suite: Suite): void {
  const { api, server } = suite;

  describe('an action of type timer', () => {
    it('makes a timer of the same team and agent, whose time begins then', async () => {
      const made = {
        name: '${timer.name} of ${timer.metadata.version}, again',
        labels: { origin: '${timer.id}' },
        metadata: { after: ['${timer.metadata.version}'], kept: 1 },
        duration: '10m',
        events: { on_expire: { message: 'this is ${timer.name}' } },
      };
      const parent = await api().create({
        name: 'deploy',
        duration: '1m',
        agent_id: 'agent-of-line',
        metadata: { version: '1.2' },
        events: { on_expire: { actions: [{ type: 'timer', ...made }] } },
      });
      expect(await descendants(suite, parent.id)).toEqual([]);
      await server().advance(MINUTE);
      const [child, ...others] = await descendants(suite, parent.id);
      expect(others).toEqual([]);
      expect(child).toMatchObject({
        name: 'deploy of 1.2, again',
        team_id: parent.team_id,
        created_by: parent.created_by,
        agent_id: 'agent-of-line',
        labels: { origin: parent.id },
        metadata: { after: ['1.2'], kept: 1 },
        status: 'running',
        time_remaining_ms: 10 * MINUTE,
        lineage: { root_id: parent.id, parent_id: parent.id, depth: 1 },
      });
      const [delivery] = (await api().timer(parent.id)).deliveries;
      expect(delivery).toMatchObject({ type: 'timer', status: 'succeeded' });
      expect(JSON.parse(delivery?.attempts[0]?.response_body ?? '')).toEqual({ timer_id: child?.id });
      expect(parent.lineage).toBeNull();
      await server().advance(10 * MINUTE);
      expect((await api().timer(child?.id ?? '')).status).toBe('expired');
    });

    it('is shown by the graph from both ends', async () => {
      const parent = await api().create({ ...lineOf(2) });
      await server().advance(2 * MINUTE);
      const [child, grandchild] = await descendants(suite, parent.id);
      const { nodes, edges } = await api().get(TimerGraph, `/v1/timers/${grandchild?.id}/graph`);
      expect(nodes.map(({ id, depth }) => [id, depth])).toEqual([
        [grandchild?.id, 0],
        [child?.id, -1],
        [parent.id, -2],
      ]);
      expect(edges.map(({ from, type, to }) => [from, type, to]).sort()).toEqual(
        [
          [child?.id, 'spawned', grandchild?.id],
          [parent.id, 'spawned', child?.id],
        ].sort(),
      );
      expect(grandchild?.lineage).toEqual({ root_id: parent.id, parent_id: child?.id, depth: 2 });
    });

    it('makes nothing twice when it is delivered again', async () => {
      const parent = await api().create({ ...lineOf(1) });
      await server().advance(MINUTE);
      const { deliveries } = await api().timer(parent.id);
      await api().call('POST', `/v1/deliveries/${deliveries[0]?.id}/redeliver`);
      await server().advance(MINUTE / 2);
      const again = await api().timer(parent.id);
      expect(again.deliveries[0]).toMatchObject({ status: 'succeeded' });
      expect(again.deliveries[0]?.attempts).toHaveLength(2);
      expect(await descendants(suite, parent.id)).toHaveLength(1);
    });

    it('goes on for ten timers in a line', async () => {
      const parent = await api().create({ ...lineOf(10) });
      await server().advance(11 * MINUTE);
      const line = await descendants(suite, parent.id);
      expect(line.map(({ lineage, status }) => [lineage?.depth, status])).toEqual(
        Array.from({ length: 10 }, (_, n) => [n + 1, 'expired']),
      );
    });

    it('works at every event', async () => {
      const timer = { name: 'made', duration: '1h' };
      const { id } = await api().create({
        events: { on_cancel: { timer }, on_progress: { at: ['50%'], timer } },
      });
      await server().advance(30 * MINUTE);
      await api().command(id, 'cancel');
      await server().advance(1);
      const made = await descendants(suite, id);
      expect(made.map(({ status }) => status)).toEqual(['running', 'running']);
    });
  });
}

function refusingTimers({ api }: Suite): void {
  describe('the creation of a timer that makes others', () => {
    const timer = { name: 'made', duration: '1m' };
    const at = '/events/on_expire/timer';

    it.each<[string, object, string, string]>([
      ['a time that is none', { ...timer, duration: 'soon' }, `${at}/duration`, 'invalid_request'],
      ['two times', { ...timer, fire_at: '2030-01-31T09:00:00Z' }, `${at}/fire_at`, 'invalid_request'],
      ['no time', { name: 'made' }, `${at}/duration`, 'invalid_request'],
      ['no name', { duration: '1m' }, `${at}/name`, 'invalid_request'],
      ['an unknown field', { ...timer, agent_id: 'other' }, `${at}/agent_id`, 'invalid_request'],
      ['an unknown placeholder', { ...timer, name: '${nothing}' }, `${at}/name`, 'unknown_placeholder'],
      [
        'conditions that are none',
        { ...timer, conditions: { a: { $where: '1' } } },
        `${at}/conditions/a/$where`,
        'invalid_request',
      ],
      [
        'an action further down',
        { ...timer, events: { on_cancel: { actions: [{ type: 'timer', name: 'b', duration: -1 }] } } },
        `${at}/events/on_cancel/actions/0/duration`,
        'invalid_request',
      ],
      [
        'a secret further down that does not exist',
        { ...timer, events: { on_expire: { slack: { secret: 'NOBODY_SET_THIS', text: 'a' } } } },
        `${at}/events/on_expire`,
        'unknown_secret',
      ],
      [
        'more than ten in a line',
        lineOf(10),
        `${at}${'/events/on_expire/timer'.repeat(10)}`,
        'lineage_too_deep',
      ],
    ])('refuses %s, and says where', async (_, template, pointer, code) => {
      const body = { name: 'maker', duration: '1h', events: { on_expire: { timer: template } } };
      const problem = await api().refusal(code === 'invalid_request' ? 400 : 422, 'POST', '/v1/timers', {
        body,
      });
      expect([problem.code, pointers(problem)]).toEqual([code, [pointer]]);
    });
  });
}

function cancellingLines(suite: Suite): void {
  const { api, server } = suite;
  const cancelLine = (id: string) =>
    api().read(CancelLineageResult, 200, 'POST', `/v1/timers/${id}/cancel-lineage`);

  describe('POST /v1/timers/{id}/cancel-lineage', () => {
    it('cancels what came of a timer that has fired, and again nothing', async () => {
      const timer = { name: 'made', duration: '1h' };
      const parent = await api().create({
        duration: '1m',
        events: { on_expire: { actions: [1, 2, 3].map(() => ({ type: 'timer', ...timer })) } },
      });
      await server().advance(MINUTE);
      expect(await cancelLine(parent.id)).toEqual({ cancelled: 3 });
      const made = await descendants(suite, parent.id);
      expect(made.map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
      expect((await api().timer(parent.id)).status).toBe('expired');
      expect(await cancelLine(parent.id)).toEqual({ cancelled: 0 });
    });

    it('cancels from the middle down, and what merely depends on it is told', async () => {
      const parent = await api().create({ ...lineOf(3) });
      const beside = await api().create({ duration: '1d' });
      await server().advance(2 * MINUTE);
      const [child, grandchild] = await descendants(suite, parent.id);
      const dependent = await api().create({
        depends_on: grandchild?.id ?? '',
        on_dependency_failure: 'start',
      });
      expect(await cancelLine(child?.id ?? '')).toEqual({ cancelled: 1 });
      await server().advance(MINUTE);
      expect((await api().timer(grandchild?.id ?? '')).status).toBe('cancelled');
      expect((await api().timer(dependent.id)).status).toBe('running');
      expect((await api().timer(beside.id)).status).toBe('running');
      expect(await descendants(suite, grandchild?.id ?? '')).toHaveLength(1);
    });

    it('lets a cancelled timer do what it does then, but for making timers', async () => {
      const timer = { name: 'instead', duration: '1h' };
      const { id } = await api().create({ events: { on_cancel: { timer, message: 'stopped' } } });
      expect(await cancelLine(id)).toEqual({ cancelled: 1 });
      await server().advance(1);
      const { deliveries } = await api().timer(id);
      expect(deliveries.map(({ type, status }) => [type, status])).toEqual([
        ['message', 'succeeded'],
        ['timer', 'exhausted'],
      ]);
      const [attempt] = deliveries[1]?.attempts ?? [];
      expect([attempt?.outcome, attempt?.error]).toEqual([
        'refused',
        'its line of timers was cancelled, so it makes no more',
      ]);
      expect(await descendants(suite, id)).toEqual([]);
    });

    it('leaves nothing pending when timers are made at the same time', async () => {
      for (let round = 0; round < 10; round++) {
        const { id } = await api().create({ ...lineOf(2, { duration: 1 }), duration: '1h' });
        // Either may come first, and the other is then refused.
        await Promise.all([api().call('POST', `/v1/timers/${id}/fire`), cancelLine(id).catch(() => null)]);
        await cancelLine(id);
        await server().advance(5);
        const line = [await api().timer(id), ...(await descendants(suite, id))];
        const pending = line.filter(({ status }) => !['expired', 'failed', 'cancelled'].includes(status));
        expect(pending).toEqual([]);
      }
    });

    it('knows no timer that does not exist', async () => {
      const problem = await api().refusal(404, 'POST', '/v1/timers/tmr_nobody/cancel-lineage');
      expect(problem.code).toBe('not_found');
    });
  });
}
