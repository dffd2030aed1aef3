import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { CreatedTimer, Problem } from '@minoots/contract';
import { pointers, readBody, readProblem } from './client.ts';
import type { Suite } from './suite.ts';

const MIB = 1_048_576;

/** What holds for every request, whatever its operation. */
export function makingRequests({ api, server, hasFrontEnd }: Suite): void {
  describe('any request', () => {
    it.each([
      ['no credentials', { authorization: '' }],
      ['an unknown key', { authorization: 'Bearer mnt_live_0000000000000000000000000000' }],
      ['an unknown scheme', { authorization: 'Basic bWlub290cw==' }],
    ])('is turned away with %s', async (_, headers) => {
      const reply = await api().call('GET', '/v1/timers', { headers });
      expect(readProblem(reply, 401).code).toBe('unauthenticated');
      expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/);
    });

    it('may carry its key as x-api-key', async () => {
      const response = await fetch(`${server().baseUrl}/v1/timers`, {
        headers: { 'x-api-key': server().key },
      });
      expect(response.status).toBe(200);
      await response.arrayBuffer();
    });

    it('gets its own id back', async () => {
      const reply = await api().call('GET', '/v1/timers', { headers: { 'x-request-id': 'conformance-1' } });
      expect(reply.headers.get('x-request-id')).toBe('conformance-1');
    });

    it('is not to be cached nor sniffed', async () => {
      const { headers } = await api().call('GET', '/v1/timers');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    });

    it('to an unknown path is 404', async () => {
      expect((await api().refusal(404, 'GET', '/v1/timer')).code).toBe('not_found');
      expect((await api().refusal(404, 'DELETE', '/v1/timers/')).code).toBe('not_found');
    });

    it('with a method that a path lacks is 405 and names those it has', async () => {
      const reply = await api().call('PUT', '/v1/timers', { body: {} });
      expect(readProblem(reply, 405).code).toBe('method_not_allowed');
      expect(reply.headers.get('allow')).toBe('POST, GET, HEAD');
    });

    it.each(['/v1/timers', '/v1/timers/batch', '/v1/timers/cleanup', '/v1/timers/x/extend'])(
      'with malformed JSON is refused at %s',
      async (path) => {
        const reply = await api().send(path, { method: 'POST', body: '{"name": "tea",' });
        const problem = readProblem(reply, 400);
        expect([problem.code, pointers(problem)]).toEqual(['malformed_json', ['']]);
      },
    );

    it('may send JSON under the content type that curl gives it', async () => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const reply = await api().send('/v1/timers', {
        method: 'POST',
        headers,
        body: '{"name":"tea","duration":"3m"}',
      });
      readBody(reply, 201, CreatedTimer);
    });

    it('is refused as a multipart form', async () => {
      const body = new FormData();
      body.set('name', 'tea');
      expect(readProblem(await api().send('/v1/timers', { method: 'POST', body }), 415).code).toBe(
        'unsupported_media_type',
      );
    });

    it.each([
      [
        'prototype keys',
        '{"name":"a","duration":1,"metadata":{"__proto__":{"admin":true}}}',
        '/metadata/__proto__',
      ],
      ['half a character', '{"name":"\\udc00","duration":1}', '/name'],
      ['a NUL', '{"name":"a\\u0000","duration":1}', '/name'],
    ])('with %s is refused', async (_, body, pointer) => {
      const problem = readProblem(await api().send('/v1/timers', { method: 'POST', body }), 400);
      expect(pointers(problem)).toContain(pointer);
    });

    it('with a body nested too deep is refused', async () => {
      const body = `{"name":"a","duration":1,"metadata":{"deep":${'['.repeat(5_000)}${']'.repeat(5_000)}}}`;
      const problem = readProblem(await api().send('/v1/timers', { method: 'POST', body }), 400);
      expect(pointers(problem)[0]).toMatch(/^\/metadata\/deep/);
    });

    it('with a body over 1 MiB is refused, announced or not', async () => {
      const body = JSON.stringify({ name: 'a', duration: 1, metadata: { filler: 'x'.repeat(MIB) } });
      expect(readProblem(await api().send('/v1/timers', { method: 'POST', body }), 413).code).toBe(
        'payload_too_large',
      );
      const stream = new Blob([body]).stream();
      const unannounced = await api().send('/v1/timers', { method: 'POST', body: stream, duplex: 'half' });
      expect(readProblem(unannounced, 413).code).toBe('payload_too_large');
    });

    it('with an id that no timer can have names the path parameter', async () => {
      for (const [method, path] of [
        ['GET', '/v1/timers/a%20b'],
        ['DELETE', `/v1/timers/${'a'.repeat(65)}`],
        ['POST', '/v1/timers/..%2F..%2Fetc/cancel'],
        ['POST', '/v1/deliveries/nonsense/redeliver'],
      ] as const) {
        expect(pointers(await api().refusal(400, method, path))).toEqual(['{id}']);
      }
    });

    it.each(['%zz', '%ff%00'])('with the id %s, which cannot be decoded, is refused', async (id) => {
      const reply = await api().call('GET', `/v1/timers/${id}`);
      expect(reply.status).toBe(400);
      if (!hasFrontEnd) expect(pointers(readProblem(reply, 400))).toEqual(['{id}']);
    });

    it.each([
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/cancel'],
      ['POST', '/pause'],
      ['POST', '/resume'],
      ['POST', '/fire'],
      ['POST', '/extend'],
      ['POST', '/reschedule'],
      ['GET', '/logs'],
      ['GET', '/deliveries'],
      ['GET', '/wait'],
    ])('%s /v1/timers/{id}%s for an unknown timer is 404', async (method, suffix) => {
      const bodies: Record<string, object> = {
        '': { name: 'b' },
        '/extend': { by: 1 },
        '/reschedule': { duration: 1 },
      };
      const body = method === 'GET' || method === 'DELETE' ? undefined : (bodies[suffix] ?? {});
      const problem = await api().refusal(404, method, `/v1/timers/tmr_nobody${suffix}`, { body });
      expect(problem.code).toBe('not_found');
    });

    // A front end takes a request by its Host: what comes of this one there says nothing of the server.
    const itByItself = hasFrontEnd ? () => {} : it;
    itByItself('with a Host that no host can have is refused', async () => {
      const { hostname, port } = new URL(server().baseUrl);
      const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
      request({ hostname, port, path: '/v1/timers', headers: { host: 'a b' } }, resolve)
        .on('error', reject)
        .end();
      const response = await promise;
      expect([response.statusCode, response.headers['content-type']]).toEqual([
        400,
        'application/problem+json',
      ]);
      expect(Problem.parse(await json(response)).code).toBe('invalid_request');
    });

    it('answers HEAD like GET, without a body', async () => {
      const reply = await api().call('HEAD', '/v1/timers');
      expect([reply.status, reply.text]).toEqual([200, '']);
    });
  });

  describe('Idempotency-Key', () => {
    const post = (key: string, body: object, path = '/v1/timers') =>
      api().call('POST', path, { body, headers: { 'idempotency-key': key } });
    const tea = { name: 'tea', duration: '1h' };

    it('makes a repeated POST give the first answer', async () => {
      const first = await post('once', tea);
      const second = await post('once', tea);
      expect([first.status, second.status, second.text]).toEqual([201, 201, first.text]);
      expect(first.headers.get('idempotent-replayed')).toBeNull();
      expect(second.headers.get('idempotent-replayed')).toBe('true');
    });

    it('makes one timer of parallel requests', async () => {
      const agent_id = 'parallel-repeats';
      const replies = await Promise.all(
        Array.from({ length: 20 }, () => post('parallel', { ...tea, agent_id })),
      );
      for (const reply of replies) expect([200, 201, 409]).toContain(reply.status);
      const { text } = await api().call('GET', `/v1/timers?agent_id=${agent_id}`);
      expect(JSON.parse(text).data).toHaveLength(1);
    });

    it('refuses another request under the same key', async () => {
      await post('taken', tea);
      expect(readProblem(await post('taken', { ...tea, name: 'coffee' }), 422).code).toBe(
        'idempotency_mismatch',
      );
    });

    it('makes a repeated command change nothing', async () => {
      const { id, fire_at } = await api().create();
      for (const _ of [1, 2]) await post('extend-once', { by: '1h' }, `/v1/timers/${id}/extend`);
      expect(Date.parse((await api().timer(id)).fire_at ?? '')).toBe(Date.parse(fire_at ?? '') + 3_600_000);
    });

    it('refuses a key that is too long', async () => {
      expect(pointers(readProblem(await post('k'.repeat(256), tea), 400))).toEqual(['Idempotency-Key']);
    });
  });
}
