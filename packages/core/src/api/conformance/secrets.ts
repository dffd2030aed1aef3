import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Delivery, DeliveryPage, SecretEntry, SecretList } from '@minoots/contract';
import { type ReceivedRequest, startReceiver, type TestReceiver } from '../../actions/test-receiver.ts';
import { pointers } from './client.ts';
import type { Suite } from './suite.ts';

const VALUE = 'correct horse "battery" & <staple> ☕';

/** Named secrets: written, used by actions, never read. */
export function keepingSecrets({ api, server, hasFrontEnd }: Suite): void {
  const itByItself = hasFrontEnd ? () => {} : it;
  let receiver: TestReceiver;
  let answer: (request: ReceivedRequest) => { status: number; body: string };
  beforeAll(async () => {
    receiver = await startReceiver((response, received) => {
      const { status, body } = answer(received);
      response.writeHead(status).end(body);
    });
  });
  beforeEach(() => {
    receiver.requests.length = 0;
    answer = () => ({ status: 200, body: 'heard' });
  });
  afterAll(() => receiver.close());

  const set = (name: string, value = VALUE) =>
    api().read(SecretEntry, 200, 'PUT', `/v1/secrets/${name}`, { body: { value } });
  const remove = (name: string) => api().read(SecretEntry, 200, 'DELETE', `/v1/secrets/${name}`);
  const names = async () => (await api().get(SecretList, '/v1/secrets')).data.map(({ name }) => name);
  /** Fires a timer with the given action, and gives its delivery. */
  async function fire(on_expire: object, fields: object = {}): Promise<{ id: string; delivery: Delivery }> {
    const retry = { max_attempts: 1 };
    const { id } = await api().create({ duration: '1s', retry, events: { on_expire }, ...fields });
    await server().advance(1_000);
    const [delivery] = (await api().timer(id)).deliveries;
    if (delivery === undefined) throw new Error('the timer has no delivery');
    return { id, delivery };
  }

  describe('/v1/secrets', () => {
    it('sets, lists and removes secrets, and gives no value back', async () => {
      const made = await set('B_TOKEN');
      await set('A_TOKEN');
      expect(await set('B_TOKEN', 'another value')).toEqual({ ...made, updated_at: expect.any(String) });
      expect(await names()).toEqual(['A_TOKEN', 'B_TOKEN']);
      const list = await api().call('GET', '/v1/secrets');
      expect(list.text).not.toMatch(/horse|another/);
      expect((await remove('A_TOKEN')).name).toBe('A_TOKEN');
      await remove('B_TOKEN');
      expect(await names()).toEqual([]);
      await api().refusal(404, 'DELETE', '/v1/secrets/A_TOKEN');
      await api().refusal(405, 'GET', '/v1/secrets/A_TOKEN');
    });

    it.each<[string, unknown]>([
      ['TOKEN', {}],
      ['TOKEN', { value: 'short' }],
      ['TOKEN', { value: 7 }],
      ['TOKEN', { value: 'x'.repeat(4_097) }],
      ['9TOKEN', { value: VALUE }],
      ['A-TOKEN', { value: VALUE }],
    ])('refuses to set %s to %j', async (name, body) => {
      const problem = await api().refusal(400, 'PUT', `/v1/secrets/${name}`, { body });
      expect(pointers(problem)).toEqual([/^[A-Z]+$/.test(name) ? '/value' : '{name}']);
    });

    itByItself('does not repeat a value in the refusal of a body that is not JSON', async () => {
      const headers = { 'content-type': 'application/json' };
      for (const body of ['hunter2hunter2', '{"value": hunter2hunter2}', '{"value": "hunter2hunter2" "x"}']) {
        const reply = await api().send('/v1/secrets/TOKEN', { method: 'PUT', headers, body });
        expect(reply.status).toBe(400);
        expect(reply.text).not.toContain('hunter');
      }
    });
  });

  describe('an action that names a secret', () => {
    it.each([
      [{ webhook: { url: 'https://example.com/?t=${secret.NO_SUCH}' } }],
      [{ webhook: { url: 'https://example.com/', headers: { authorization: '${secret.NO_SUCH}' } } }],
      [{ slack: { secret: 'NO_SUCH', text: 'x' } }],
      [{ discord: { secret: '${secret.NO_SUCH}', text: 'x' } }],
      [{ pagerduty: { secret: 'NO_SUCH', summary: 'x' } }],
    ])('is refused when there is none: %j', async (on_cancel) => {
      const body = { name: 'x', duration: '1h', events: { on_cancel } };
      const problem = await api().refusal(422, 'POST', '/v1/timers', { body });
      expect(problem.code).toBe('unknown_secret');
      expect(problem.detail).toContain('NO_SUCH');
      expect(pointers(problem)).toEqual(['/events/on_cancel']);
    });

    it('is refused where others than the receiver would see it', async () => {
      await set('TOKEN');
      for (const on_expire of [
        { message: '${secret.TOKEN}' },
        { webhook: { url: `${receiver.url}/x`, body: { a: '${secret.TOKEN}' } } },
      ]) {
        const body = { name: 'x', duration: '1h', events: { on_expire } };
        expect((await api().refusal(422, 'POST', '/v1/timers', { body })).code).toBe('unknown_placeholder');
      }
      await remove('TOKEN');
    });

    it('sends it in headers and URLs', async () => {
      await set('TOKEN', 'correct horse');
      const headers = { authorization: 'Bearer ${secret.TOKEN}' };
      const { delivery } = await fire({ webhook: { url: `${receiver.url}/x?t=\${secret.TOKEN}`, headers } });
      expect(delivery.status).toBe('succeeded');
      const [request] = receiver.requests;
      expect(request?.path).toBe('/x?t=correct%20horse');
      expect(request?.headers.authorization).toBe('Bearer correct horse');
      expect(request?.body).not.toContain('horse');
      await remove('TOKEN');
    });

    it('posts by a connector to where the secret says', async () => {
      await set('SLACK_WEBHOOK_URL', `${receiver.url}/services/T0/B0/abcdefgh`);
      const { delivery } = await fire({ slack: '#deploys ${timer.name} is out' }, { name: 'v2' });
      expect(delivery).toMatchObject({ type: 'slack', status: 'succeeded' });
      expect(receiver.requests[0]).toMatchObject({ path: '/services/T0/B0/abcdefgh' });
      expect(JSON.parse(receiver.requests[0]?.body ?? '')).toEqual({
        channel: '#deploys',
        text: 'v2 is out',
      });
      await remove('SLACK_WEBHOOK_URL');
    });

    itByItself('uses the value of the moment, and is refused once that is removed', async () => {
      await set('TOKEN', 'first value');
      const webhook = { url: `${receiver.url}/x`, headers: { 'x-token': '${secret.TOKEN}' } };
      const { id } = await api().create({ duration: '1m', events: { on_expire: { webhook } } });
      await set('TOKEN', 'second value');
      await fire({ webhook });
      expect(receiver.requests[0]?.headers['x-token']).toBe('second value');
      await remove('TOKEN');
      await server().advance(60_000);
      const [delivery] = (await api().timer(id)).deliveries;
      expect(delivery).toMatchObject({
        status: 'exhausted',
        attempts: [{ outcome: 'refused', error: 'there is no secret TOKEN' }],
      });
    });

    it('leaves nothing of it in anything that can be read afterwards, whatever the receiver repeats', async () => {
      await set('TOKEN');
      await set('HOOK', `${receiver.url}/services/T0/B0/abcdefgh`);
      const echo = ({ path, headers }: ReceivedRequest) =>
        JSON.stringify({ path, headers, decoded: decodeURIComponent(path) });
      answer = (request) => ({ status: 500, body: echo(request) });
      const actions = [
        { type: 'webhook', url: `${receiver.url}/\${secret.TOKEN}`, headers: { x: '${secret.TOKEN}' } },
        { type: 'slack', secret: 'HOOK', text: 'x' },
      ];
      const { id, delivery } = await fire({ actions });
      expect(delivery.attempts[0]?.response_body).toContain('[secret]');
      const deliveries = await api().get(DeliveryPage, '/v1/deliveries?limit=200');
      const seen = [
        JSON.stringify(deliveries),
        ...(await Promise.all(
          [`/v1/timers/${id}`, `/v1/timers/${id}/logs`, `/v1/timers/${id}/deliveries`, '/v1/secrets'].map(
            async (path) => (await api().call('GET', path)).text,
          ),
        )),
      ].join('\n');
      expect(seen).not.toMatch(/horse|staple|abcdefgh/);
      await remove('TOKEN');
      await remove('HOOK');
    });
  });
}
