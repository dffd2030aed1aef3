import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DeliveryDetail, DeliveryPage, RedeliverManyResult } from '@minoots/contract';
import { startReceiver, type TestReceiver } from '../../actions/test-receiver.ts';
import { pointers } from './client.ts';
import type { Suite } from './suite.ts';

const MINUTE = 60_000;
/** Makes a URL that is the timer's own, so that its 410 is about that timer alone. */
const EACH = '${timer.id}';

/** Deliveries that have run out of attempts: finding them, looking at them, and opening them again by the many. */
export function deadLetters({ api, server }: Suite): void {
  let receiver: TestReceiver;
  let other: TestReceiver;
  let answer: number;
  beforeAll(async () => {
    receiver = await startReceiver((response) => response.writeHead(answer).end('heard'));
    other = await startReceiver((response) => response.writeHead(answer).end('heard'));
  });
  beforeEach(() => {
    answer = 410;
    for (const { requests } of [receiver, other]) requests.length = 0;
  });
  afterAll(() => Promise.all([receiver.close(), other.close()]));

  const hostOf = ({ url }: TestReceiver) => new URL(url).host;
  const create = (fields: object = {}) =>
    api().create({
      duration: '1m',
      events: { on_expire: { webhook: `${receiver.url}/${EACH}?key=hush&x=1` } },
      ...fields,
    });
  const fail = async (...many: object[]) => {
    const timers = await Promise.all(many.map(create));
    await server().advance(MINUTE);
    return timers.map(({ id }) => id);
  };
  const list = async (query: Record<string, string>) => {
    const search = new URLSearchParams({ status: 'exhausted', limit: '200', ...query });
    const { data } = await api().get(DeliveryPage, `/v1/deliveries?${search}`);
    return data.map(({ timer_id }) => timer_id).sort();
  };
  const redeliver = (body: object, headers: Record<string, string> = {}) =>
    api().read(RedeliverManyResult, 200, 'POST', '/v1/deliveries/redeliver', { body, headers });
  const requestsTo = ({ requests }: TestReceiver) => requests.length;

  describe('GET /v1/deliveries', () => {
    it('finds dead letters by timer, agent, event, type and host, and by the time of their last attempt', async () => {
      const cancelling = await api().create({
        agent_id: 'dead-agent',
        events: { on_cancel: { webhook: `${other.url}/cancelled` } },
      });
      await api().command(cancelling.id, 'cancel');
      const [first = ''] = await fail({ agent_id: 'dead-agent' });
      const [attempt] = (await api().timer(first)).deliveries[0]?.attempts ?? [];
      const between = new Date(Date.parse(attempt?.at ?? '') + 1).toISOString();
      const [second = ''] = await fail({ agent_id: 'dead-agent', name: 'later' });
      const ofAgent = (query: Record<string, string> = {}) => list({ agent_id: 'dead-agent', ...query });

      expect(await ofAgent()).toEqual([cancelling.id, first, second].sort());
      expect(await list({ timer_id: first })).toEqual([first]);
      expect(await list({ timer_id: 'nobody' })).toEqual([]);
      expect(await ofAgent({ event: 'timer.cancelled' })).toEqual([cancelling.id]);
      expect(await ofAgent({ type: 'message' })).toEqual([]);
      expect(await ofAgent({ host: hostOf(other) })).toEqual([cancelling.id]);
      expect(await ofAgent({ host: '127.0.0.1' })).toHaveLength(3);
      expect(await ofAgent({ since: between })).toEqual([second]);
      expect(await ofAgent({ until: between, event: 'timer.expired' })).toEqual([first]);
      expect(await ofAgent({ status: 'succeeded' })).toEqual([]);
    });

    it.each([
      ['since=yesterday', '?since'],
      ['event=timer.created', '?event'],
      ['type=carrier_pigeon', '?type'],
    ])('refuses %s', async (query, pointer) => {
      expect(pointers(await api().refusal(400, 'GET', `/v1/deliveries?${query}`))).toEqual([pointer]);
    });
  });

  describe('GET /v1/deliveries/{id}', () => {
    it('shows where it went, how every attempt went and what of its timer matters, and no secrets', async () => {
      const hook = {
        url: `${receiver.url}/hook/${EACH}?key=hush&x=1`,
        method: 'PUT',
        headers: { 'x-token': 'hush' },
      };
      const [id = ''] = await fail({ name: 'inspected', events: { on_expire: { webhook: hook } } });
      const [delivery] = (await api().timer(id)).deliveries;
      const path = `/v1/deliveries/${delivery?.id}`;
      expect(await api().get(DeliveryDetail, path)).toMatchObject({
        id: delivery?.id,
        status: 'exhausted',
        attempt_count: 1,
        attempts: [{ outcome: 'gone', response_status: 410, response_body: 'heard' }],
        target: {
          host: hostOf(receiver),
          url: `${receiver.url}/hook/${EACH}?key=…&x=…`,
          method: 'PUT',
          to_agent: null,
        },
        timer: { id, name: 'inspected', status: 'failed' },
      });
      expect((await api().call('GET', path)).text).not.toContain('hush');
    });

    it('knows no delivery that the team does not have', async () => {
      const { code } = await api().refusal(404, 'GET', '/v1/deliveries/dlv_1_abc_nobody');
      expect(code).toBe('not_found');
    });
  });

  describe('POST /v1/deliveries/redeliver', () => {
    it('recovers an incident in bulk: all that failed, of one host, and nothing else (complaint 17)', async () => {
      const hook = { type: 'webhook', url: `${receiver.url}/${EACH}` };
      const many = Array.from({ length: 30 }, () => ({ events: { on_expire: { actions: [hook, hook] } } }));
      const hit = await fail(...many);
      const spared = await fail({ events: { on_expire: { webhook: `${other.url}/x` } } });
      const host = hostOf(receiver);
      expect(await list({ host, limit: '200' })).toEqual(expect.arrayContaining(hit));

      answer = 200;
      const [before, elsewhere] = [requestsTo(receiver), requestsTo(other)];
      let reopened = 0;
      let cursor: string | null = null;
      do {
        const page: RedeliverManyResult = await redeliver({ host, limit: 25, ...(cursor ? { cursor } : {}) });
        expect(page.not_reopened).toEqual([]);
        expect(page.reopened).toBeLessThanOrEqual(26);
        reopened += page.reopened;
        cursor = page.next_cursor;
      } while (cursor !== null);
      await server().advance(1);

      expect(reopened).toBeGreaterThanOrEqual(60);
      expect(requestsTo(receiver) - before).toBe(reopened);
      expect(requestsTo(other)).toBe(elsewhere);
      expect(await list({ host })).toEqual([]);
      expect(await list({ host: hostOf(other) })).toEqual(expect.arrayContaining(spared));
      for (const id of hit) expect(await api().timer(id)).toMatchObject({ status: 'expired' });
    });

    it('opens what matches once under an Idempotency-Key, though it fails again in between', async () => {
      const [id = ''] = await fail({ agent_id: 'repeated' });
      const repeated = () =>
        redeliver({ agent_id: 'repeated' }, { 'idempotency-key': 'incident-of-repeats' });
      expect(await repeated()).toEqual({ reopened: 1, not_reopened: [], next_cursor: null });
      await server().advance(1);
      expect(await api().timer(id)).toMatchObject({ status: 'failed' });
      expect(await repeated()).toMatchObject({ reopened: 1 });
      await server().advance(1);
      expect((await api().timer(id)).deliveries[0]?.attempts).toHaveLength(2);
    });

    it('goes by the time of the last attempt', async () => {
      const [id = ''] = await fail({ agent_id: 'timed' });
      const at = (await api().timer(id)).deliveries[0]?.attempts[0]?.at ?? '';
      expect(await redeliver({ agent_id: 'timed', until: at })).toMatchObject({ reopened: 0 });
      expect(await redeliver({ timer_id: id, since: at })).toMatchObject({ reopened: 1 });
      await server().advance(1);
    });

    it.each<[object, string]>([
      [{ limit: 1_001 }, '/limit'],
      [{ status: 'succeeded' }, '/status'],
      [{ cursor: 'bm9uc2Vuc2U' }, '/cursor'],
    ])('refuses %j', async (body, pointer) => {
      const problem = await api().refusal(400, 'POST', '/v1/deliveries/redeliver', { body });
      expect(pointers(problem)).toEqual([pointer]);
    });
  });
}
