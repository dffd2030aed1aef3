import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CreatedTimer, OPERATIONS, SigningSecrets, Timer } from '@minoots/contract';
import { Webhook } from 'standardwebhooks';
import { startReceiver, type TestReceiver } from '../../actions/test-receiver.ts';
import { readBody, readProblem } from './client.ts';
import type { Suite } from './suite.ts';

const [SECOND, HOUR] = [1_000, 3_600_000];
const DAY = 24 * HOUR;
/** Timers that race with their time in one go. */
const RACERS = 24;

/** What users of other timers complain about, as far as it shows at the API and no other suite has it. */
export function failingNot({ api, server }: Suite): void {
  let receiver: TestReceiver;
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  beforeEach(() => {
    receiver.requests.length = 0;
  });
  afterAll(() => receiver.close());

  const callsOf = (id: string) => receiver.requests.filter(({ path }) => path === `/${id}`).length;
  const firingsOf = async (id: string) => {
    const { data } = await api().get(OPERATIONS.getTimerLogs.output, `/v1/timers/${id}/logs`);
    return data.filter(({ type }) => type === 'timer.fired').length;
  };

  describe('a command at the very moment at which its timer fires', () => {
    /** Has timers come due while a command for each is on its way; gives their ids and the answers. */
    const race = async (name: string, verb: string, body?: object) => {
      const ids = Array.from({ length: RACERS }, (_, number) => `${name}-${number}`);
      for (const id of ids) {
        const events = { on_expire: { webhook: `${receiver.url}/${id}` } };
        await api().create({ id, duration: SECOND, events });
      }
      const command = async (id: string, index: number) => {
        // So that some come in time and some too late, on a fast engine and on a slow one.
        for (let turn = 0; turn < Math.floor(1.3 ** index) - 1; turn++)
          await new Promise((resolve) => setImmediate(resolve));
        return api().call('POST', `/v1/timers/${id}/${verb}`, { body });
      };
      const [replies] = await Promise.all([Promise.all(ids.map(command)), server().advance(SECOND)]);
      return ids.map((id, index) => ({ id, reply: replies[index] ?? { status: 0 } }));
    };

    it('cancels it for good where it says so, and has let it fire once where it says that (complaint 9)', async () => {
      const told = await race('raced-cancel', 'cancel');
      await server().advance(DAY);
      for (const { id, reply } of told) {
        const { status, fired_at } = await api().timer(id);
        const outcome = [reply.status, status, fired_at === null, callsOf(id), await firingsOf(id)];
        expect([
          [200, 'cancelled', true, 0, 0],
          [409, 'expired', false, 1, 1],
        ]).toContainEqual(outcome);
      }
    });

    it.each([
      ['extend', { by: '1h' }],
      ['reschedule', { duration: '1h' }],
    ])(
      'lets it fire once, at its new time where %s says so, else at its old one (complaint 9)',
      async (verb, body) => {
        const told = await race(`raced-${verb}`, verb, body);
        const early = await Promise.all(told.map(({ id }) => callsOf(id)));
        await server().advance(2 * HOUR);
        for (const [index, { id, reply }] of told.entries()) {
          const timer = await api().timer(id);
          expect(timer).toMatchObject({ status: 'expired', drift_ms: 0, fired_at: timer.fire_at });
          const spanMs = Date.parse(timer.fire_at ?? '') - Date.parse(timer.created_at);
          const isMoved = spanMs >= HOUR;
          expect([reply.status, early[index], callsOf(id), await firingsOf(id)]).toEqual(
            isMoved ? [200, 0, 1, 1] : [409, 1, 1, 1],
          );
        }
      },
    );
  });

  describe('a signature', () => {
    it.each<[string, object]>([
      [
        'the standard body, in any script',
        { name: 'Café ☕ 日本 \u2028', metadata: { note: '𝔘𝔫𝔦 "\\\u0000é' } },
      ],
      ['a body of the client, with what its placeholders become', { body: { v: '${timer.name} ☕' } }],
      [
        'text that is no JSON',
        { body: 'naïve ${timer.name}\r\n', headers: { 'content-type': 'text/plain' } },
      ],
    ])(
      'is right, by the public library, for the bytes of %s (complaint 14)',
      async (_, { name = 'Zoë', metadata, ...hook }: Hooked) => {
        const webhook = { url: `${receiver.url}/signed`, ...hook };
        await api().create({
          name,
          duration: 1,
          events: { on_expire: { webhook } },
          ...(metadata && { metadata }),
        });
        await server().advance(1);
        const [request] = receiver.requests;
        const { secrets } = await api().get(SigningSecrets, '/v1/signing-secrets');
        const headers = Object.fromEntries(
          Object.entries(request?.headers ?? {}).map(([key, value]) => [key, String(value)]),
        );
        const body = request?.body ?? '';
        expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
        expect(body).toContain(name);
        const verify = (secret: string, text: string, others = headers) =>
          new Webhook(secret).verify(text, others, { jsonParse: false });
        const [secret = ''] = secrets;
        expect(() => verify(secret, body)).not.toThrow();
        expect(() => verify(secret, `${body} `)).toThrow();
        expect(() => verify(secret, body, { ...headers, 'webhook-id': 'dlv_other' })).toThrow();
        expect(() => verify('whsec_bWlub290cyBtaW5vb3RzIG1pbm9vdHM=', body)).toThrow();
      },
    );
  });

  describe('a request that is repeated', () => {
    const post = (key: string, body: object) =>
      api().call('POST', '/v1/timers', { body, headers: { 'idempotency-key': key } });

    it('is answered as the first was for 24 hours, to the millisecond, and then finds what that made (complaint 15)', async () => {
      const body = { name: 'window', duration: '30d' };
      const first = await post('window', body);
      await server().advance(DAY - 1);
      const inside = await post('window', body);
      expect([inside.text, inside.headers.get('idempotent-replayed')]).toEqual([first.text, 'true']);
      const other = await post('window', { ...body, name: 'other' });
      expect(readProblem(other, 422).code).toBe('idempotency_mismatch');

      await server().advance(1);
      const outside = await post('window', body);
      expect(outside.headers.get('idempotent-replayed')).toBeNull();
      const { id } = readBody(outside, 200, CreatedTimer);
      expect(id).toBe(readBody(first, 201, CreatedTimer).id);
      await api().read(Timer, 200, 'DELETE', `/v1/timers/${id}`);
    });

    it('may be another one under the same key once 24 hours have passed (complaint 15)', async () => {
      const cleanup = (body: object) =>
        api().call('POST', '/v1/timers/cleanup', { body, headers: { 'idempotency-key': 'window-reused' } });
      expect((await cleanup({ older_than: '3000d' })).status).toBe(200);
      await server().advance(DAY - 1);
      expect(readProblem(await cleanup({ older_than: '3001d' }), 422).code).toBe('idempotency_mismatch');
      await server().advance(1);
      expect((await cleanup({ older_than: '3001d' })).status).toBe(200);
    });

    it('is known by the id that the client chose as long as the timer exists, whatever has become of it (complaint 15)', async () => {
      const body = { id: 'never-forgotten', name: 'chosen', duration: '1h' };
      const create = (fields: object = {}) =>
        api().call('POST', '/v1/timers', { body: { ...body, ...fields } });
      expect((await create()).status).toBe(201);
      await server().advance(3 * DAY);
      expect(readBody(await create(), 200, CreatedTimer)).toMatchObject({ id: body.id, status: 'expired' });
      expect(readProblem(await create({ name: 'other' }), 409).code).toBe('timer_exists');
      await api().read(Timer, 200, 'DELETE', `/v1/timers/${body.id}`);
      expect((await create({ name: 'other' })).status).toBe(201);
    });
  });
}

interface Hooked {
  name?: string;
  metadata?: object;
  body?: unknown;
  headers?: object;
}
