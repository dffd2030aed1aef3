import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CreatedTimer, type Delivery, DeliveryPage, OPERATIONS, Timer } from '@minoots/contract';
import * as z from 'zod';
import { startReceiver, type TestReceiver } from '../../actions/test-receiver.ts';
import { pointers } from './client.ts';
import type { Suite } from './suite.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What the tests look at in a webhook. */
const Heard = z.object({
  event: z.string(),
  message: z.string().nullable(),
  timer: z.object({ id: z.string(), status: z.string(), progress: z.number() }),
  delivery: z.object({ scheduled_at: z.string().nullable(), drift_ms: z.number().nullable() }),
});

/** A delivery fails for good at its first attempt. */
const ONCE = { retry: { max_attempts: 1 } };

/** What a timer does when it is cancelled, when it fails, and as its time passes. */
export function actingTimers(suite: Suite): void {
  const { api, server } = suite;
  let receiver: TestReceiver;
  /** Status by path; 200 where there is none. */
  let answers: Record<string, number>;
  beforeAll(async () => {
    receiver = await startReceiver((response, { path }) => response.writeHead(answers[path] ?? 200).end());
  });
  beforeEach(() => {
    answers = {};
    receiver.requests.length = 0;
  });
  afterAll(() => receiver.close());

  const hook = (name: string) => ({ webhook: `${receiver.url}/${name}` });
  const heard = () => receiver.requests.map(({ body }) => Heard.parse(JSON.parse(body)));
  const heardAt = (path: string) => receiver.requests.filter((request) => request.path === path);
  const create = (events: object, fields: object = {}): Promise<CreatedTimer> =>
    api().create({ duration: '4m', retry: 'quick', events, ...fields });
  const deliveriesOf = async (id: string): Promise<Delivery[]> =>
    (await api().get(OPERATIONS.getTimerDeliveries.output, `/v1/timers/${id}/deliveries`)).data;
  const redeliver = (delivery: Delivery | undefined) =>
    api().read(Timer, 200, 'POST', `/v1/deliveries/${delivery?.id}/redeliver`);

  describe('on_cancel', () => {
    it('acts once when the timer is cancelled, and leaves it cancelled', async () => {
      const { id } = await create({
        on_expire: { ...hook('expire'), message: 'up' },
        on_cancel: { ...hook('cancel'), message: 'called off' },
      });
      for (const _ of [1, 2]) await api().command(id, 'cancel');
      await server().advance(HOUR);
      expect(heard()).toMatchObject([
        {
          event: 'timer.cancelled',
          message: 'called off',
          timer: { id, status: 'cancelled' },
          delivery: { scheduled_at: null, drift_ms: null },
        },
      ]);
      const timer = await api().timer(id);
      expect(timer).toMatchObject({ status: 'cancelled', fired_at: null });
      expect(timer.deliveries).toMatchObject([
        { event: 'timer.cancelled', type: 'webhook', status: 'succeeded' },
        { event: 'timer.cancelled', type: 'message', status: 'succeeded' },
      ]);
    });

    it('does not act when the timer fires', async () => {
      await create({ on_cancel: hook('cancel') });
      await server().advance(HOUR);
      expect(receiver.requests).toEqual([]);
    });

    it('is tried again like any other, is found when it is exhausted, and can be redelivered', async () => {
      answers = { '/cancel': 500 };
      const { id } = await create({ on_cancel: hook('cancel') });
      await api().command(id, 'cancel');
      await server().advance(HOUR);
      const [exhausted] = await deliveriesOf(id);
      expect(exhausted).toMatchObject({ status: 'exhausted', attempts: { length: 5 } });
      const found = await api().get(DeliveryPage, '/v1/deliveries?status=exhausted&limit=200');
      expect(found.data.map((delivery) => delivery.id)).toContain(exhausted?.id);
      answers = {};
      await redeliver(exhausted);
      await server().advance(1);
      expect(await api().timer(id)).toMatchObject({
        status: 'cancelled',
        deliveries: [{ status: 'succeeded' }],
      });
    });
  });

  describe('on_failure', () => {
    it('acts once when a delivery is exhausted, and leaves the timer failed', async () => {
      answers = { '/expire': 500 };
      const { id } = await create({ on_expire: hook('expire'), on_failure: hook('failure') }, ONCE);
      await server().advance(HOUR);
      expect(heard().map(({ event, timer }) => [event, timer.status])).toEqual([
        ['timer.expired', 'firing'],
        ['timer.failed', 'failed'],
      ]);
      expect(await api().timer(id)).toMatchObject({
        status: 'failed',
        deliveries: [
          { event: 'timer.expired', status: 'exhausted' },
          { event: 'timer.failed', status: 'succeeded' },
        ],
      });
    });

    it('acts again, as another delivery, when a redelivery fails again, and not when one succeeds', async () => {
      answers = { '/expire': 500 };
      const { id } = await create({ on_expire: hook('expire'), on_failure: hook('failure') }, ONCE);
      await server().advance(HOUR);
      const [delivery] = await deliveriesOf(id);
      await redeliver(delivery);
      await server().advance(HOUR);
      expect(new Set(heardAt('/failure').map(({ headers }) => headers['webhook-id'])).size).toBe(2);
      answers = {};
      await redeliver(delivery);
      await server().advance(HOUR);
      expect([heardAt('/expire').length, heardAt('/failure').length]).toEqual([3, 2]);
      expect((await api().timer(id)).status).toBe('expired');
    });

    it('does not act when all is delivered', async () => {
      const { id } = await create({ on_expire: hook('expire'), on_failure: hook('failure') });
      await server().advance(HOUR);
      expect(heardAt('/failure')).toEqual([]);
      expect((await api().timer(id)).status).toBe('expired');
    });
  });

  describe('on_progress', () => {
    it('acts at each share, once, in order, however the timer is moved', async () => {
      const { id } = await create({
        on_expire: hook('expire'),
        on_progress: { at: ['75%', '25%', '50%', '25.0%'], ...hook('progress') },
      });
      await server().advance(MINUTE);
      await api().command(id, 'pause');
      await server().advance(HOUR);
      await api().command(id, 'resume');
      await server().advance(MINUTE);
      // At half its time: four minutes more make that a quarter again, which it has told.
      await api().command(id, 'extend', { by: '4m' });
      await server().advance(4 * MINUTE);
      expect(heard().map(({ event, timer }) => [event, timer.status, timer.progress])).toEqual([
        ['timer.progress', 'running', 0.25],
        ['timer.progress', 'running', 0.5],
        ['timer.progress', 'running', 0.75],
      ]);
      await server().advance(2 * MINUTE);
      expect(heard().slice(3)).toMatchObject([{ event: 'timer.expired', delivery: { drift_ms: 0 } }]);
      const { data } = await api().get(OPERATIONS.getTimerLogs.output, `/v1/timers/${id}/logs`);
      const told = data.filter(({ type }) => type === 'timer.progress');
      expect(told.map((entry) => entry.data)).toEqual([{ share: 0.25 }, { share: 0.5 }, { share: 0.75 }]);
    });

    it('is tried again while the timer is paused, and leaves it paused', async () => {
      answers = { '/progress': 503 };
      const { id } = await create({ on_progress: { at: ['50%'], ...hook('progress') } });
      await server().advance(2 * MINUTE);
      await api().command(id, 'pause');
      answers = {};
      await server().advance(HOUR);
      expect(heard().map(({ timer }) => timer.status)).toEqual(['running', 'paused']);
      expect(await api().timer(id)).toMatchObject({
        status: 'paused',
        deliveries: [{ status: 'succeeded' }],
      });
      await api().command(id, 'cancel');
    });

    it('does not make the timer fail, nor hold up its end', async () => {
      answers = { '/progress': 500 };
      const { id } = await create({
        on_expire: hook('expire'),
        on_failure: hook('failure'),
        on_progress: { at: ['99.99%'], ...hook('progress') },
      });
      await server().advance(4 * MINUTE);
      expect(await api().timer(id)).toMatchObject({ status: 'expired', drift_ms: 0 });
      await server().advance(HOUR);
      expect(await api().timer(id)).toMatchObject({
        status: 'expired',
        deliveries: [
          { event: 'timer.progress', status: 'exhausted' },
          { event: 'timer.expired', status: 'succeeded' },
        ],
      });
      expect(heardAt('/failure')).toEqual([]);
    });
  });

  describe('the events of a timer', () => {
    it.each<[object, number, string]>([
      [{ on_nothing: { message: 'x' } }, 400, '/events/on_nothing'],
      [{ on_cancel: { at: ['50%'], message: 'x' } }, 400, '/events/on_cancel/at'],
      [{ on_failure: 'https://example.com/' }, 400, '/events/on_failure'],
      [{ on_cancel: { message: '${nope}' } }, 422, '/events/on_cancel/message'],
      [
        { on_failure: { actions: [{ type: 'message', text: '${nope}' }] } },
        422,
        '/events/on_failure/actions/0/text',
      ],
      [{ on_progress: { message: 'x' } }, 400, '/events/on_progress/at'],
      [{ on_progress: { at: [], message: 'x' } }, 400, '/events/on_progress/at'],
      [{ on_progress: { at: ['50%'] } }, 400, '/events/on_progress'],
      [{ on_progress: { at: '50%', message: 'x' } }, 400, '/events/on_progress/at'],
      [{ on_progress: { at: ['50%', '0%'], message: 'x' } }, 400, '/events/on_progress/at/1'],
      [{ on_progress: { at: ['100%'], message: 'x' } }, 400, '/events/on_progress/at/0'],
      [{ on_progress: { at: [0.5], message: 'x' } }, 400, '/events/on_progress/at/0'],
      [{ on_progress: { at: ['half'], message: 'x' } }, 400, '/events/on_progress/at/0'],
    ])('are refused as %j', async (events, status, pointer) => {
      const body = { name: 'refused', duration: '1h', events };
      expect(pointers(await api().refusal(status, 'POST', '/v1/timers', { body }))).toEqual([pointer]);
    });
  });

  describe('a timer that has something to deliver', () => {
    const remove = (id: string) => api().read(Timer, 200, 'DELETE', `/v1/timers/${id}`);
    const refusal = async (id: string) => (await api().refusal(409, 'DELETE', `/v1/timers/${id}`)).code;
    const cleanup = () => api().call('POST', '/v1/timers/cleanup', { body: {} });

    it('is not deleted while its cancellation would set actions off', async () => {
      const { id } = await create({ on_cancel: hook('cancel') });
      expect(await refusal(id)).toBe('invalid_state');
      expect((await api().timer(id)).status).toBe('running');
      await api().command(id, 'cancel');
      await server().advance(1);
      expect((await remove(id)).status).toBe('cancelled');
      expect(heardAt('/cancel')).toHaveLength(1);
    });

    it('is neither deleted nor cleaned up before that is delivered', async () => {
      answers = { '/cancel': 503 };
      const { id } = await create({ on_cancel: hook('cancel') });
      await api().command(id, 'cancel');
      await server().advance(1);
      expect(await refusal(id)).toBe('invalid_state');
      await cleanup();
      expect((await api().timer(id)).status).toBe('cancelled');
      answers = {};
      await server().advance(HOUR);
      await cleanup();
      await api().refusal(404, 'GET', `/v1/timers/${id}`);
      expect(heardAt('/cancel')).toHaveLength(2);
    });
  });
}
