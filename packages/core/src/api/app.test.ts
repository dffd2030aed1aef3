import { describe, expect, it, jest } from '@jest/globals';
import { BatchResult, Me, Problem, type Scope, Timer } from '@minoots/contract';
import { StorageUnavailable } from '../ports/timer-store.ts';
import { createApi } from './app.ts';
import { fakeEngine, KEY, NOW, READER_KEY } from './fake-engine.ts';

const AUTHORIZED = { authorization: `Bearer ${KEY}` };

function post(body: RequestInit['body'], headers: Record<string, string> = {}): RequestInit {
  return { method: 'POST', headers: { ...AUTHORIZED, ...headers }, body: body ?? null };
}

async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = Problem.parse(await response.json());
  expect(problem.status).toBe(response.status);
  expect(problem.request_id).toBe(response.headers.get('x-request-id'));
  return problem;
}

describe('createApi', () => {
  it('creates a timer from JSON under the content type that curl gives it', async () => {
    const api = createApi(fakeEngine());
    const body = JSON.stringify({ name: 'tea', duration: '3m' });
    const response = await api.request(
      '/v1/timers',
      post(body, { 'content-type': 'application/x-www-form-urlencoded' }),
    );
    expect(response.status).toBe(201);
    const timer = Timer.parse(await response.json());
    expect(timer.fire_at).toBe(new Date(NOW + 180_000).toISOString());
    expect(response.headers.get('location')).toBe(`/v1/timers/${timer.id}`);
    expect(response.headers.get('etag')).toBe('"1"');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['no key', {}],
    ['a key that nobody has', { authorization: 'Bearer nobody' }],
    ['another scheme', { authorization: `Basic ${KEY}` }],
  ])('asks for credentials when there is %s', async (_, headers) => {
    const response = await createApi(fakeEngine()).request('/v1/timers', { headers });
    expect((await problemOf(response)).code).toBe('unauthenticated');
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('takes the key from x-api-key too', async () => {
    const response = await createApi(fakeEngine()).request('/v1/timers', { headers: { 'x-api-key': KEY } });
    expect(response.status).toBe(200);
  });

  it('names the scope that a key lacks', async () => {
    const headers = { authorization: `Bearer ${READER_KEY}` };
    const response = await createApi(fakeEngine()).request('/v1/timers', {
      method: 'POST',
      headers,
      body: '{}',
    });
    expect(await problemOf(response)).toMatchObject({ code: 'forbidden', required_scope: 'timers:write' });
  });

  it('says who asks to every key, whatever it may do', async () => {
    const scopes = new Set<Scope>(['clock']);
    const principal = {
      type: 'api-key',
      id: 'key_1',
      teamId: 'team',
      scopes,
      role: null,
      person: null,
    } as const;
    const api = createApi(fakeEngine({ authenticator: { authenticate: async () => principal } }));
    expect((await api.request('/v1/timers', { headers: AUTHORIZED })).status).toBe(403);
    const response = await api.request('/v1/me', { headers: AUTHORIZED });
    expect(Me.parse(await response.json())).toMatchObject({ id: 'key_1', scopes: ['clock'] });
  });

  it('gives the id of a request back where it is sane, and a new one where not', async () => {
    const api = createApi(fakeEngine());
    const given = await api.request('/healthz', { headers: { 'x-request-id': 'build-7' } });
    expect(given.headers.get('x-request-id')).toBe('build-7');
    const odd = await api.request('/healthz', { headers: { 'x-request-id': 'a b' } });
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers 404 where there is nothing, and 405 with Allow where there are other methods', async () => {
    const api = createApi(fakeEngine());
    expect((await problemOf(await api.request('/v2/timers'))).code).toBe('not_found');
    const response = await api.request('/v1/timers/tmr_1', { method: 'PUT' });
    expect((await problemOf(response)).code).toBe('method_not_allowed');
    expect(response.headers.get('allow')).toBe('GET, HEAD, PATCH, DELETE');
  });

  it('names the path parameter at fault', async () => {
    const response = await createApi(fakeEngine()).request('/v1/timers/a%20b', { headers: AUTHORIZED });
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '{id}' }] });
  });

  it.each([
    ['?limit=0', '?limit'],
    ['?status=asleep', '?status'],
    ['?name=a&name=b', '?name'],
    ['?__proto__=x', '?__proto__'],
    ['?color=red', '?color'],
  ])('names the query parameter at fault in %s', async (query, pointer) => {
    const response = await createApi(fakeEngine()).request(`/v1/timers${query}`, { headers: AUTHORIZED });
    const problem = await problemOf(response);
    expect(problem.errors?.map((fault) => fault.pointer)).toEqual([pointer]);
  });

  it.each([
    ['nothing', '', 'malformed_json', ''],
    ['half an object', '{"name":', 'malformed_json', ''],
    ['a list', '[]', 'invalid_request', ''],
    [
      'a key that sets a prototype',
      '{"name":"a","metadata":{"__proto__":{"x":1}}}',
      'invalid_request',
      '/metadata/__proto__',
    ],
    ['an escaped key that sets a prototype', '{"\\u005f_proto__":{}}', 'invalid_request', '/__proto__'],
    ['half a character', '{"name":"\\ud800"}', 'invalid_request', '/name'],
    ['a control character', '{"name":"a\\u0000b"}', 'invalid_request', '/name'],
  ])('refuses %s', async (_, body, code, pointer) => {
    const problem = await problemOf(await createApi(fakeEngine()).request('/v1/timers', post(body)));
    expect(problem).toMatchObject({ status: 400, code });
    expect(problem.errors?.map((fault) => fault.pointer)).toContain(pointer);
  });

  it('refuses JSON that is nested too deep', async () => {
    const deep = `{"name":"a","metadata":{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    const problem = await problemOf(await createApi(fakeEngine()).request('/v1/timers', post(deep)));
    expect(problem.code).toBe('invalid_request');
    expect(problem.errors?.[0]?.pointer).toMatch(/^\/metadata\/x\/0\/0/);
  });

  it('refuses a multipart form and a compressed body', async () => {
    const api = createApi(fakeEngine());
    const form = new FormData();
    form.set('name', 'tea');
    expect((await problemOf(await api.request('/v1/timers', post(form)))).code).toBe(
      'unsupported_media_type',
    );
    const zipped = await api.request('/v1/timers', post('{}', { 'content-encoding': 'gzip' }));
    expect((await problemOf(zipped)).code).toBe('unsupported_media_type');
  });

  it('refuses a body that is announced as too large without reading it', async () => {
    const pull = jest.fn<() => void>();
    const body = new ReadableStream({ pull }, { highWaterMark: 0 });
    const init = { ...post(body, { 'content-length': '1048577' }), duplex: 'half' } as const;
    expect((await problemOf(await createApi(fakeEngine()).request('/v1/timers', init))).code).toBe(
      'payload_too_large',
    );
    expect(pull).not.toHaveBeenCalled();
  });

  it('stops reading a body without a length once it is too large', async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    const init = { ...post(body), duplex: 'half' } as const;
    expect((await problemOf(await createApi(fakeEngine()).request('/v1/timers', init))).code).toBe(
      'payload_too_large',
    );
    expect(sent).toBeLessThan(2 * 1_048_576);
  });

  it('takes a batch larger than any other body, with a result per item', async () => {
    const good = { name: 'good', duration: 1000, metadata: { filler: 'x'.repeat(10_000) } };
    const timers = [
      ...Array.from({ length: 200 }, () => good),
      { name: '' },
      { name: 'p', duration: 1, events: { on_expire: { webhook: 'https://private.example' } } },
    ];
    const response = await createApi(fakeEngine()).request(
      '/v1/timers/batch',
      post(JSON.stringify({ timers })),
    );
    expect(response.status).toBe(200);
    const result = BatchResult.parse(await response.json());
    expect(result).toMatchObject({ created: 200, refused: 2 });
    expect(result.results.slice(199).map(({ status }) => status)).toEqual([201, 400, 422]);
  });

  it('tells a caller to come back when the store takes no writes', async () => {
    const engine = fakeEngine();
    engine.timers.insert = () => Promise.reject(new StorageUnavailable('ENOSPC /data'));
    const response = await createApi(engine).request('/v1/timers', post('{"name":"a","duration":1}'));
    expect(await problemOf(response)).toMatchObject({ code: 'storage_unavailable', retryable: true });
    expect(response.headers.get('retry-after')).toBe('5');
  });

  it('tells nothing of a failure but its request id, and logs the rest', async () => {
    const error = jest.fn();
    const engine = fakeEngine({ logger: { info: () => {}, warn: () => {}, error } });
    const failure = new Error('table timers has no column named secret');
    engine.timers.get = () => Promise.reject(failure);
    const response = await createApi(engine).request('/v1/timers/tmr_1', { headers: AUTHORIZED });
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ code: 'internal', status: 500 });
    expect(JSON.stringify(problem)).not.toContain('secret');
    expect(error).toHaveBeenCalledWith(
      { err: failure, requestId: problem.request_id, operation: 'getTimer' },
      expect.any(String),
    );
  });

  it('does not log what is the fault of a client', async () => {
    const error = jest.fn();
    const api = createApi(fakeEngine({ logger: { info: error, warn: error, error } }));
    await api.request('/v1/timers', post('{'));
    await api.request('/v1/timers/tmr_unknown', { headers: AUTHORIZED });
    expect(error).not.toHaveBeenCalled();
  });

  it('changes a timer only at the version that If-Match names', async () => {
    const api = createApi(fakeEngine());
    await api.request('/v1/timers', post('{"id":"t","name":"a","duration":1000}'));
    const patch = (ifMatch: string) =>
      api.request('/v1/timers/t', {
        method: 'PATCH',
        headers: { ...AUTHORIZED, 'if-match': ifMatch },
        body: '{"name":"b"}',
      });
    expect((await problemOf(await patch('3'))).errors).toEqual([
      { pointer: 'If-Match', message: expect.any(String) },
    ]);
    expect((await problemOf(await patch('"7"'))).code).toBe('precondition_failed');
    expect((await problemOf(await patch('W/"1"'))).code).toBe('precondition_failed');
    const changed = await patch('"1"');
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).toBe('"2"');
    expect((await patch('*')).status).toBe(200);
  });

  it('is ready only when every part is', async () => {
    const ready = await createApi(fakeEngine()).request('/readyz');
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', checks: { store: { ok: true } } },
    ]);
    const checks = { store: { ok: false, detail: 'disk full' } };
    const unready = await createApi(fakeEngine({ readiness: async () => checks })).request('/readyz');
    expect([unready.status, await unready.json()]).toEqual([503, { status: 'unready', checks }]);
  });

  it('moves a virtual clock, and has none on real time', async () => {
    const virtual = createApi(fakeEngine({ advanceClock: async (byMs) => NOW + byMs }));
    const moved = await virtual.request('/v1/clock/advance', post('{"by":"1m"}'));
    expect(await moved.json()).toEqual({ now: new Date(NOW + 60_000).toISOString() });
    expect(
      (await problemOf(await virtual.request('/v1/clock/advance', post('{"by":"-1m"}')))).errors?.[0]
        ?.pointer,
    ).toBe('/by');
    const real = createApi(fakeEngine());
    expect((await problemOf(await real.request('/v1/clock/advance', post('{"by":"1m"}')))).code).toBe(
      'not_found',
    );
  });
});

describe('the browsable reference', () => {
  it('is served whole from here, under a policy that lets nothing else in', async () => {
    const api = createApi(fakeEngine());
    const page = await api.request('/docs');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    const html = await page.text();
    const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(assets.length).toBeGreaterThan(3);
    for (const path of assets) {
      const asset = await api.request(path);
      expect([path, asset.status]).toEqual([path, 200]);
      expect((await asset.arrayBuffer()).byteLength).toBeGreaterThan(50);
    }
  });
});
