import { describe, expect, it, jest } from '@jest/globals';
import { CreatedApiKey, Timer } from '@minoots/contract';
import { StorageUnavailable } from '../ports/timer-store.ts';
import { createApi } from './app.ts';
import { fakeEngine, KEY } from './fake-engine.ts';

const TEA = '{"name":"tea","duration":1000}';

function client(engine = fakeEngine()) {
  const api = createApi(engine);
  return (key: string, body = TEA, path = '/v1/timers') =>
    api.request(path, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'idempotency-key': key },
      body,
    });
}

describe('Idempotency-Key', () => {
  it('gives the first answer again, and says so', async () => {
    const send = client();
    const first = await send('a');
    const second = await send('a');
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(first.headers.has('idempotent-replayed')).toBe(false);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(await second.text()).toBe(await first.text());
  });

  it('refuses another body or another path under the same key', async () => {
    const send = client();
    await send('a');
    expect(await (await send('a', '{"name":"coffee","duration":1000}')).json()).toMatchObject({
      code: 'idempotency_mismatch',
    });
    expect((await send('a', TEA, '/v1/timers/cleanup')).status).toBe(400);
    expect((await send('a', '{}', '/v1/timers/cleanup')).status).toBe(422);
  });

  it('gives a refusal by a rule again', async () => {
    const send = client();
    const body = '{"name":"a","duration":1,"events":{"on_expire":{"webhook":"https://private.example"}}}';
    const first = await send('a', body);
    const second = await send('a', body);
    expect([first.status, second.status]).toEqual([422, 422]);
    expect(second.headers.get('content-type')).toBe('application/problem+json');
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  it('leaves the key free when the request is not valid', async () => {
    const send = client();
    expect((await send('a', '{"name":""}')).status).toBe(400);
    expect((await send('a')).status).toBe(201);
  });

  it('leaves the key free after a failure that may pass', async () => {
    const engine = fakeEngine();
    const insert = engine.timers.insert;
    const send = client(engine);
    engine.timers.insert = () => Promise.reject(new StorageUnavailable());
    expect((await send('a')).status).toBe(503);
    engine.timers.insert = insert;
    expect((await send('a')).status).toBe(201);
  });

  it('turns a second request away while the first is under way', async () => {
    const engine = fakeEngine();
    const { promise, resolve } = Promise.withResolvers<void>();
    const insert = engine.timers.insert;
    engine.timers.insert = (timers) => promise.then(() => insert(timers));
    const send = client(engine);
    const first = send('a');
    const second = await send('a');
    resolve();
    expect(second.status).toBe(409);
    expect(second.headers.get('retry-after')).toBe('1');
    expect(await second.json()).toMatchObject({ code: 'idempotency_in_flight', retryable: true });
    expect((await first).status).toBe(201);
  });

  it('answers even when the answer cannot be recorded', async () => {
    const warn = jest.fn();
    const engine = fakeEngine({ logger: { info: () => {}, warn, error: () => {} } });
    engine.idempotency.answer = () => Promise.reject(new StorageUnavailable());
    expect((await client(engine)('a')).status).toBe(201);
    expect(warn).toHaveBeenCalled();
  });

  it('lets no command happen twice when the record of the first is lost', async () => {
    const engine = fakeEngine();
    engine.idempotency.claim = async () => ({ type: 'claimed' });
    const send = client(engine);
    const { id } = Timer.parse(await (await send('create')).json());
    await send('extend', '{"by":"1h"}', `/v1/timers/${id}/extend`);
    const again = await send('extend', '{"by":"1h"}', `/v1/timers/${id}/extend`);
    expect(await again.json()).toMatchObject({ time_remaining_ms: 3_601_000 });
  });

  describe('of a request whose answer holds a secret', () => {
    const BODY = '{"name":"ci","scopes":["timers:read"]}';

    it('records all but the secret, and refuses a repeat with the id of what was made', async () => {
      const engine = fakeEngine();
      const record = jest.spyOn(engine.idempotency, 'answer');
      const send = client(engine);
      const made = CreatedApiKey.parse(await (await send('a', BODY, '/v1/api-keys')).json());
      const again = await send('a', BODY, '/v1/api-keys');
      expect(again.status).toBe(409);
      expect(await again.json()).toMatchObject({ code: 'shown_once', id: made.id, retryable: false });
      expect(record).toHaveBeenCalledTimes(1);
      expect(JSON.stringify(record.mock.calls)).toContain(made.id);
      expect(JSON.stringify(record.mock.calls)).not.toContain(made.key.slice(13));
      expect(await engine.apiKeys.list('team')).toHaveLength(1);
    });

    it('gives a refusal again as it was', async () => {
      const send = client();
      const body = '{"name":"ci","scopes":["timers:read"],"expires_at":"2029-01-01T00:00:00Z"}';
      const codes = [await send('a', body, '/v1/api-keys'), await send('a', body, '/v1/api-keys')];
      expect(codes.map(({ status }) => status)).toEqual([400, 400]);
    });

    it('makes no second key when the record of the first is lost', async () => {
      const engine = fakeEngine();
      engine.idempotency.claim = async () => ({ type: 'claimed' });
      const send = client(engine);
      const made = CreatedApiKey.parse(await (await send('create', BODY, '/v1/api-keys')).json());
      expect(await (await send('create', BODY, '/v1/api-keys')).json()).toMatchObject({ code: 'shown_once' });
      const rotate = () => send('rotate', '{}', `/v1/api-keys/${made.id}/rotate`);
      expect((await rotate()).status).toBe(201);
      expect(await (await rotate()).json()).toMatchObject({ code: 'shown_once' });
      expect(await engine.apiKeys.list('team')).toHaveLength(2);
    });
  });

  it.each([
    ['an empty key', ''],
    ['a key of 256 characters', 'k'.repeat(256)],
    ['a key beyond ASCII', 'clé'],
  ])('refuses %s', async (_, key) => {
    const problem = await (await client()(key)).json();
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer: 'Idempotency-Key' }] });
  });
});
