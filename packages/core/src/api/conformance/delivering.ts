import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Delivery, DeliveryPage, OPERATIONS, SigningSecrets, Timer } from '@minoots/contract';
import { Webhook } from 'standardwebhooks';
import { startReceiver, type TestReceiver } from '../../actions/test-receiver.ts';
import type { Suite } from './suite.ts';

const HOUR = 3_600_000;

/** What a fired timer does: deliveries, their attempts, and doing them again. */
export function deliveringTimers({ api, server }: Suite): void {
  let receiver: TestReceiver;
  let answer: number;
  beforeAll(async () => {
    receiver = await startReceiver((response) => response.writeHead(answer).end('heard'));
  });
  beforeEach(() => {
    answer = 200;
    receiver.requests.length = 0;
  });
  afterAll(() => receiver.close());

  const create = (fields: object = {}) =>
    api().create({
      duration: '1m',
      retry: 'quick',
      events: { on_expire: { webhook: `${receiver.url}/hook` } },
      ...fields,
    });
  const deliveries = async (id: string): Promise<Delivery[]> =>
    (await api().get(OPERATIONS.getTimerDeliveries.output, `/v1/timers/${id}/deliveries`)).data;

  /** A timer whose only delivery has run out of attempts. */
  async function exhausted(): Promise<{ id: string; delivery: Delivery }> {
    answer = 500;
    const { id } = await create();
    await server().advance(HOUR);
    const [delivery] = await deliveries(id);
    if (delivery?.status !== 'exhausted') throw new Error(`the delivery is ${delivery?.status}`);
    return { id, delivery };
  }

  describe('a timer with a webhook', () => {
    it('calls it at its time, signed, and remembers how that went', async () => {
      const { id, fire_at } = await create({ name: 'signed', metadata: { version: '1.2' } });
      await server().advance(60_000 - 1);
      expect(receiver.requests).toHaveLength(0);
      await server().advance(1);
      const timer = await api().timer(id);
      expect(timer).toMatchObject({ status: 'expired', fired_at: fire_at, drift_ms: 0 });
      const [delivery] = timer.deliveries;
      expect(delivery).toMatchObject({
        type: 'webhook',
        status: 'succeeded',
        timer_id: id,
        next_attempt_at: null,
      });
      expect(delivery?.attempts).toMatchObject([
        { number: 1, outcome: 'succeeded', response_status: 200, response_body: 'heard' },
      ]);

      const [request] = receiver.requests;
      const { secrets } = await api().get(SigningSecrets, '/v1/signing-secrets');
      const headers = Object.fromEntries(
        Object.entries(request?.headers ?? {}).map(([name, value]) => [name, String(value)]),
      );
      const verified = new Webhook(secrets[0] ?? '').verify(request?.body ?? '', headers);
      expect(verified).toMatchObject({
        event: 'timer.expired',
        timer: { id, name: 'signed' },
        delivery: { id: delivery?.id, attempt: 1 },
      });
      expect(headers['webhook-id']).toBe(delivery?.id);
      expect(await deliveries(id)).toEqual(timer.deliveries);
    });

    it('calls again under the same webhook-id until it is heard', async () => {
      answer = 503;
      const { id } = await create();
      await server().advance(60_000);
      const [retrying] = await deliveries(id);
      expect(retrying).toMatchObject({
        status: 'pending',
        attempts: [{ outcome: 'failed', response_status: 503 }],
      });
      answer = 200;
      await server().advance(
        Date.parse(retrying?.next_attempt_at ?? '') - Date.parse(retrying?.attempts[0]?.at ?? ''),
      );
      expect(await api().timer(id)).toMatchObject({ status: 'expired' });
      expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      expect(receiver.requests).toHaveLength(2);
    });

    it('fails when its attempts run out', async () => {
      const { id, delivery } = await exhausted();
      expect(delivery.attempts).toHaveLength(5);
      expect(await api().timer(id)).toMatchObject({ status: 'failed' });
    });

    it('stops at 410', async () => {
      answer = 410;
      const { id } = await create({ events: { on_expire: { webhook: `${receiver.url}/gone` } } });
      await server().advance(HOUR);
      expect(await deliveries(id)).toMatchObject([{ status: 'exhausted', attempts: [{ outcome: 'gone' }] }]);
    });

    it('calls nobody once it is cancelled', async () => {
      const { id } = await create();
      await api().command(id, 'cancel');
      await server().advance(HOUR);
      expect(receiver.requests).toHaveLength(0);
    });

    it('fires once for every generation, however it was moved (complaint 4)', async () => {
      const { id } = await create();
      await api().command(id, 'pause');
      await api().command(id, 'resume');
      await api().command(id, 'extend', { by: '1m' });
      await api().command(id, 'reschedule', { duration: '5m' });
      await server().advance(HOUR);
      expect(await api().timer(id)).toMatchObject({ status: 'expired', drift_ms: 0 });
      expect(receiver.requests).toHaveLength(1);
    });
  });

  describe('GET /v1/deliveries', () => {
    it('lists deliveries of all timers by their status', async () => {
      const { delivery } = await exhausted();
      const page = await api().get(DeliveryPage, '/v1/deliveries?status=exhausted');
      expect(page.data.map(({ id }) => id)).toContain(delivery.id);
      expect(page.data.every(({ status }) => status === 'exhausted')).toBe(true);
    });

    it('pages through every delivery once', async () => {
      const made: string[] = [];
      for (let n = 0; n < 5; n++) {
        const hook = { type: 'webhook', url: `${receiver.url}/paged` };
        made.push((await create({ events: { on_expire: { actions: [hook, hook] } } })).id);
      }
      await server().advance(60_000);
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: DeliveryPage = await api().get(
          DeliveryPage,
          `/v1/deliveries?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`,
        );
        seen.push(...page.data.filter(({ timer_id }) => made.includes(timer_id)).map(({ id }) => id));
        cursor = page.next_cursor;
      } while (cursor !== null);
      expect([seen.length, new Set(seen).size]).toEqual([10, 10]);
    });
  });

  describe('POST /v1/deliveries/{id}/redeliver', () => {
    it('opens an exhausted delivery again and keeps its history', async () => {
      const { id, delivery } = await exhausted();
      answer = 200;
      await api().read(Timer, 200, 'POST', `/v1/deliveries/${delivery.id}/redeliver`);
      await server().advance(1);
      expect(await api().timer(id)).toMatchObject({ status: 'expired' });
      const [again] = await deliveries(id);
      expect(again?.attempts.map(({ outcome }) => outcome)).toEqual([
        ...Array.from({ length: 5 }, () => 'failed'),
        'succeeded',
      ]);
    });

    it('refuses a delivery that is under way', async () => {
      answer = 500;
      const { id } = await create();
      await server().advance(60_000);
      const [pending] = await deliveries(id);
      const problem = await api().refusal(409, 'POST', `/v1/deliveries/${pending?.id}/redeliver`);
      expect([problem.code, problem.retryable]).toEqual(['delivery_unfinished', true]);
      await server().advance(HOUR);
    });

    it('knows no delivery of a timer that was made anew under the same id', async () => {
      const { id } = await create({ id: 'conformance-reborn' });
      await server().advance(60_000);
      const [delivery] = await deliveries(id);
      await api().read(Timer, 200, 'DELETE', `/v1/timers/${id}`);
      await create({ id });
      await server().advance(60_000);
      expect((await api().refusal(404, 'POST', `/v1/deliveries/${delivery?.id}/redeliver`)).code).toBe(
        'not_found',
      );
    });
  });
}
