import { describe, expect, it } from '@jest/globals';
import { CreatedTimer, Timer } from '@minoots/contract';
import { creatingDependents } from './chain-batches.ts';
import { graphsOfTimers } from './chain-graphs.ts';
import { batchOf, logOf, statusesOf } from './chain-help.ts';
import type { Suite } from './suite.ts';

const MINUTE = 60_000;

/** The receiver refuses it for good, so that the timer fails: nothing listens there, and there is one attempt. */
const UNDELIVERED = {
  events: { on_expire: { webhook: 'http://127.0.0.1:9/' } },
  retry: { max_attempts: 1 },
};

/** Timers that wait for others. */
export function chainedTimers(suite: Suite): void {
  waitingForParents(suite);
  failingParents(suite);
  removingParents(suite);
  creatingDependents(suite);
  graphsOfTimers(suite);
}

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
